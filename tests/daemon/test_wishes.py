"""What is wanted is in force at once, and kept as soon as the disk likes."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

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
