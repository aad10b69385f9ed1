"""What is wanted is in force at once, and kept as soon as the disk likes."""

import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from vcam.daemon.settings_file import settings_file
from vcam.daemon.wishes import Wishes
from vcam.schema.settings import Settings


class Disk:
    """Takes what is saved once it is told to."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.has: list[Settings] = []

    def save(self, settings: Settings) -> None:
        self.answers.wait()
        self.has.append(settings)


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.answers.set()


def test_a_slow_disk_delays_neither_mute_nor_the_end_of_push_to_talk(
    home: Path, disk: Disk
) -> None:
    told: list[Settings] = []
    wishes = Wishes(told.append, lambda _: None, disk.save)
    wishes.obey({"mute": True})
    wishes.hold("talk")
    assert not told[-1].mute
    wishes.change({"blur": 31})
    wishes.hold(None)
    settings, saved = wishes.change({"blur": 32})
    assert told[-1].mute and told[-1].blur == settings.blur == 32
    assert not saved.done()
    disk.answers.set()
    wishes.end(60)
    assert saved.result() is None and disk.has[-1] == settings


def test_a_file_that_cannot_be_read_at_first_is_lost_by_no_change(home: Path) -> None:
    file = settings_file()
    file.mkdir(parents=True)
    told: list[Settings] = []
    wishes = Wishes(told.append, lambda _: None)
    _, saved = wishes.change({"blur": 31})
    trouble = saved.result()
    assert trouble is not None and trouble.key == "settings.unreadable" and file.is_dir()
    file.rmdir()
    file.write_text('camera = "C920"\nblur = 20\nmute = true\n')
    wishes.change({"feather": 7})
    until(wishes.look_at_file)
    wishes.end(60)
    assert told[-1] == Settings(camera="C920", blur=31, feather=7, mute=True)
    assert wishes.hints == []
    kept = tomllib.loads(file.read_text())
    assert (kept["camera"], kept["blur"], kept["feather"]) == ("C920", 31, 7)
