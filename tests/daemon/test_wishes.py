"""What is wanted is in force at once, and kept as soon as the disk likes."""

import threading
import tomllib
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from tests.waiting import until
from vcam.daemon.settings_file import settings_file
from vcam.daemon.wishes import Wishes
from vcam.ipc.runtime import runtime_dir
from vcam.schema.presets import Presets, Rule, Situation
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
    wishes = Wishes(told.append, lambda *_: None, runtime_dir(), disk.save)
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
    wishes = Wishes(told.append, lambda *_: None, runtime_dir())
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


def woken() -> Wishes:
    return Wishes(lambda _: None, lambda *_: None, runtime_dir())


ZOOM = Rule(preset="Call", program="zoom")
READ = Situation(programs=("zoom",), microphone="", clock=time())


def test_what_was_changed_by_hand_under_a_rule_outlives_a_crash(home: Path) -> None:
    wishes = woken()
    wishes.change({"background": "none"})
    presets = Presets(saved={"Call": {"background": "none", "blur": 80}}, rules=(ZOOM,))
    wishes.take_presets(wishes.save_presets(presets))
    assert wishes.look_at_rules(READ)
    _, saved = wishes.change({"background": "#1e5f3c", "feather": 7, "record": True})
    assert saved.result() is None

    again = woken()
    assert (again.settings.background, again.settings.feather) == ("#1e5f3c", 7)
    assert again.rule_in_force is not None and not again.settings.record
    assert not again.look_at_rules(READ)
    assert again.settings.blur == 80
    again.end(60)

    # A command changed the file meanwhile, and both what the rule had and had not changed.
    file = settings_file()
    now = file.read_text().replace("feather = 7", "feather = 8").replace("blur = 60", "blur = 61")
    file.write_text(now)
    third = woken()
    assert (third.settings.background, third.settings.feather) == ("#1e5f3c", 8)
    assert third.settings.blur == 61

    third.forget_rule()
    last = woken()
    assert last.rule_in_force is None and last.settings.background == "none"


def test_defaults_in_place_of_a_broken_file_change_nothing_that_was_left(home: Path) -> None:
    wishes = woken()
    wishes.take_presets(Presets(saved={"Call": {"blur": 80}}, rules=(ZOOM,)))
    wishes.look_at_rules(READ)
    wishes.change({"background": "#1e5f3c"})
    wishes.end(60)
    settings_file().write_text("[[[")
    assert woken().settings.background == "#1e5f3c"
