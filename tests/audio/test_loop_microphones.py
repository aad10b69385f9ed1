"""The sound's loop and its microphones: lost, hanging, standing in for one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.audio.sound_rig import LAPTOP, YETI, Rig
from tests.waiting import until
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo, SystemView
from vcam.audio.worker import (
    loop,
    reference,
    source,
)
from vcam.daemon.protocol import (
    PreviewWanted,
    Suspended,
)


def test_it_lets_the_microphone_go_while_nobody_listens(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.publisher.listening = False
    until(lambda: run.status.state == "standby" and run.device.closed, why="it sleeps")
    assert (run.status.source, run.status.level_in_db) == (None, -120.0)
    run.loop.tell(PreviewWanted(True))
    run.live()
    assert len(run.opened) == 2 and run.status.reconnects == 0


def test_a_lost_microphone_is_opened_again(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.device.gone = True
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert run.opened[0].closed
    assert (run.status.state, run.status.reconnects, run.keys) == ("live", 1, [])


def test_a_driver_that_fails_in_a_way_of_its_own_costs_no_more_than_a_lost_microphone(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    run.device.fault = RuntimeError("the driver is confused")
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert (run.status.state, run.status.reconnects, run.keys) == ("live", 1, [])


def test_a_second_trouble_is_told_while_the_first_lasts(rig: Callable[..., Rig]) -> None:
    def no_networks(run: Rig) -> None:
        run.unopenable = {True, False}

    run = rig(no_networks)
    run.live()
    assert run.keys == ["models.missing"] and run.loudest() > 0.2
    run.publisher.refuses = True
    until(lambda: set(run.keys) == {"models.missing", "server.stopped"}, why="both are told")
    run.publisher.refuses = False
    until(lambda: run.keys == ["models.missing"], why="the second is over")
    run.live()


def test_a_microphone_that_hangs_is_freed(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_HANG", 0.2)
    run = rig()
    run.live()
    run.device.hangs = True
    until(lambda: "microphone.hangs" in run.keys, why="it is noticed")
    assert run.loop.responsive
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert run.keys == []


@pytest.mark.long
def test_a_microphone_that_goes_on_hanging_is_freed_again_and_at_last_a_restart_wanted(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_HANG", 0.2)
    run = rig()
    run.live()
    run.device.vain, run.device.hangs = 1, True
    until(lambda: run.status and len(run.opened) == 2, why="the second attempt helps")
    run.live()
    device = run.device
    device.vain, device.hangs = 99, True
    until(lambda: not run.loop.responsive, why="none helps")
    device.freed.set()
    run.live()


def test_after_sleep_the_microphone_is_opened_anew(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.loop.tell(Suspended(60.0))
    until(lambda: len(run.opened) == 2 and run.opened[0].closed)
    run.live()


def test_another_one_stands_in_until_the_wanted_microphone_is_there(
    rig: Callable[..., Rig],
) -> None:
    run = rig(microphone="Headset")
    run.live()
    assert (run.status.source, run.keys) == ("Yeti", ["microphone.stand_in"])
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP, MicrophoneInfo(2, "usb", "Headset")))
    until(lambda: run.status.source == "Headset", why="it is taken")
    assert run.keys == []


def test_auto_follows_the_system_and_returns_from_where_it_was_moved(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    recorded = frozenset({("microphone", "speakers.monitor"), ("reference", "speakers.monitor")})
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP), cast(Any, recorded))
    until(lambda: len(run.opened) == 2, why="it is opened anew")
    other = MicrophoneInfo(1, "laptop", "Built-in", default=True)
    run.publisher.seen = SystemView("fake", (MicrophoneInfo(0, "yeti", "Yeti"), other))
    until(lambda: run.status.source == "Built-in", why="the default is taken")


def test_a_microphone_that_is_muted_in_the_system_is_told(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    muted = MicrophoneInfo(0, "yeti", "Yeti", default=True, muted=True)
    run.publisher.seen = SystemView("fake", (muted, LAPTOP))
    until(lambda: run.keys == ["microphone.muted"], why="it says so")
    assert run.status.state == "degraded"
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP))
    until(lambda: run.keys == [], why="it is over")
    assert len(run.opened) == 1


def test_lasting_digital_silence_is_told(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_SILENT", 50)
    run = rig()
    run.live()
    run.device.dead = True
    until(lambda: run.keys == ["microphone.only_silence"], why="it says so")
    assert run.status.state == "live"
    run.device.dead = False
    until(lambda: run.keys == [], why="it is over")


def test_the_loudspeakers_are_listened_to_and_followed_but_no_headphones(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "_RETRY", 0.05)

    def shows(name: str, headphones: bool = False) -> None:
        info = LoudspeakersInfo(f"{name}.monitor", name, headphones)
        run.publisher.seen = SystemView("fake", (YETI, LAPTOP), loudspeakers=info)

    def listening() -> list[str]:
        return [one.label for one in run.device.listened if not one.closed]

    run = rig()
    run.live()
    assert not run.device.listened
    shows("Speakers")
    until(lambda: listening() == ["Speakers"], why="it listens")
    shows("HDMI")
    until(lambda: listening() == ["HDMI"], why="it follows")
    run.device.listened[-1].gone = True
    until(lambda: len(run.device.listened) == 3, why="it listens again")
    shows("Headset", headphones=True)
    until(lambda: listening() == [], why="no microphone hears headphones")
    run.set(echo="on")
    until(lambda: listening() == ["Headset"], why="unless the user says so")
    run.set(echo="off")
    until(lambda: listening() == [], why="it is off")
    run.set(echo="on")
    until(lambda: listening() == ["Headset"], why="it is on again")
    run.publisher.listening = False
    until(lambda: run.status.state == "standby" and not listening(), why="it sleeps")
    assert run.keys == []
