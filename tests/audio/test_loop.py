"""The sound's loop: what it hears, what leaves, and what it is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from tests.audio.sound_rig import Rig
from tests.waiting import until
from vcam.audio.frames import HOP, Block
from vcam.audio.publish.contract import PublishError
from vcam.audio.publish.preview import PreviewPublisher
from vcam.audio.worker import (
    monitor,
    sink,
    trial,
)
from vcam.daemon.protocol import (
    Recorded,
    SoundDelay,
    TrialWanted,
)
from vcam.ipc.lips_mailbox import LipWriter
from vcam.ipc.ring import Ring
from vcam.lips import LANDMARKS, LipObservation, absent
from vcam.schema.reasons import Reason
from vcam.schema.trial import RESULT, SOUND


def test_it_enhances_what_somebody_listens_to(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    status = run.status
    assert (status.state, status.source, status.sink) == ("live", "Yeti", "Enhanced Microphone")
    assert (status.reader_present, status.readers) == (True, ["a call"])
    assert status.provider == "CPUExecutionProvider" and status.reasons == []
    run.denoised()


def test_muted_nothing_leaves_nor_is_recorded_and_the_device_stays(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    """Not even where no network can be opened, with effects off or another microphone."""

    def no_networks(run: Rig) -> None:
        run.unopenable = {True, False}

    Ring.create(tmp_path / "tape", slots=4096, capacity=4 * HOP)
    run = rig(no_networks, mute=True)
    run.loop.tell(Recorded(str(tmp_path / "tape")))
    run.live()
    run.set(bypass=True, microphone="Built-in")
    until(lambda: run.status.source == "Built-in", why="the other one is open")
    run.live()
    assert run.status.state == "degraded" and run.keys == ["models.missing"]
    until(lambda: run.status.unheard, why="the voice is noticed")
    assert not np.any(run.publisher.sent)
    recorded = list(Ring.attach(tmp_path / "tape").after(0))
    assert recorded and not any(np.frombuffer(one.value, np.float32).any() for one in recorded)
    run.set(mute=False)
    until(lambda: run.loudest() > 0.2, why="the voice is heard")
    assert not run.status.unheard
    run.set(mute=True)
    assert run.loudest() == 0.0


def test_one_hears_oneself_live_and_nothing_else_notices(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Headphones:
        delay = 0.03

        def __init__(self) -> None:
            self.played: list[Block] = []
            self.closed = self.unplugged = False

        def play(self, block: Block) -> None:
            if self.unplugged:
                raise PublishError("server.stopped")
            self.played.append(block)

        def close(self) -> None:
            self.closed = True

    given: list[Headphones] = []

    def opened() -> Headphones:
        if not given:
            given.append(Headphones())
            raise PublishError("monitor.no_output")
        given.append(Headphones())
        return given[-1]

    monkeypatch.setattr(monitor, "_RETRY", 0.05)
    monkeypatch.setattr(monitor, "_open", opened)
    run = rig(monitor=True, bypass=True)
    until(lambda: "monitor.no_output" in run.keys, why="it says why nothing is heard")
    until(lambda: run.status.monitor_ms > 30 and not run.keys, why="it tries again")
    until(lambda: any(block.max() > 0.2 for block in given[1].played))
    given[1].unplugged = True
    until(lambda: len(given) == 3 and given[2].played, why="another output is looked for")
    assert given[1].closed and run.loudest() > 0.2 and run.status.xruns == 0
    run.set(monitor=False)
    until(lambda: given[2].closed and run.status.monitor_ms == 0)


def test_headphones_that_hang_hold_nobody_up(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged, closed = Event(), Event()

    class Headphones:
        delay = 0.03

        def play(self, _block: Block) -> None:
            plugged.wait()

        def close(self) -> None:
            closed.set()

    monkeypatch.setattr(monitor, "_open", Headphones)
    run = rig(monitor=True, bypass=True)
    run.live()
    heard = run.status.blocks
    until(lambda: run.status.blocks > heard + 300, why="the call goes on")
    assert not run.keys
    run.set(monitor=False)
    plugged.set()
    until(closed.is_set, why="they are let go")


@pytest.mark.parametrize("in_call", [True, False])
@pytest.mark.long
def test_a_trial_is_kept_in_the_folder_that_was_asked_for(
    rig: Callable[..., Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_call: bool
) -> None:
    monkeypatch.setattr(trial, "_BLOCKS", 200)
    run = rig()
    run.live()
    if not in_call:
        run.publisher.listening = False
        until(lambda: run.status.state == "standby")
    run.loop.tell(TrialWanted(str(tmp_path)))
    until(lambda: run.status.trial > 0)
    until((tmp_path / RESULT).exists)
    assert (tmp_path / SOUND).exists() and run.status.trial == 0


def test_it_says_where_a_voice_has_not_been_learned(rig: Callable[..., Rig]) -> None:
    mine = f"mine.{'':a<131}="

    class Knows:
        def knows(self, profile: str) -> bool:
            return profile == mine

    def whose(run: Rig) -> None:
        run.my_voice = Knows()

    run = rig(whose, voices="me", lips="off")
    run.live()
    assert run.keys == ["voices.not_learned"]
    run.set(lips="auto")
    until(lambda: run.keys == ["voices.learning"])
    assert "0 of 10 seconds" in run.status.reasons[0].text
    run.set(my_voice=mine, bypass=True)
    until(lambda: not run.keys)


def test_settings_count_from_the_next_block_on(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.denoised()
    run.set(bypass=True)
    assert run.loudest() > 0.2
    run.set(bypass=False, microphone="Built-in")
    until(lambda: run.status.source == "Built-in", why="the other one is open")
    assert run.opened[0].closed
    run.denoised()


def test_the_gate_sees_the_mouth_and_that_it_is_lost(rig: Callable[..., Rig]) -> None:
    run = rig(lips="auto")
    writer = LipWriter(run.lips)
    points = np.zeros((len(LANDMARKS), 2), np.float32)

    def seen() -> LipObservation | None:
        writer.put([LipObservation(time.monotonic(), points, 60.0, 0.0, 1.0)])
        return run.gate.mouths[-1] if run.gate.mouths else None

    until(seen, why="the mouth is seen")
    writer.put([absent(time.monotonic())])
    until(lambda: run.gate.mouths[-1] is None, why="it is lost")
    run.set(lips="off")
    until(lambda: not seen() and not seen(), why="nobody looks")


def test_a_message_for_the_picture_is_said_to_be_none_of_its_business(
    rig: Callable[..., Rig], caplog: pytest.LogCaptureFixture
) -> None:
    run = rig()
    run.loop.tell(SoundDelay(0.1))
    assert "not for the sound" in caplog.text
    run.live()


def test_from_the_preview_it_moves_to_a_real_microphone_once_there_can_be_one(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    possible = Event()
    monkeypatch.setattr(sink, "_LOOK", 0.05)
    monkeypatch.setattr(sink, "better_possible", lambda publisher: possible.is_set())

    def nowhere(run: Rig) -> None:
        preview = PreviewPublisher(lambda: None)
        preview.problem = Reason.of("server.none", cause=Reason.of("server.no_answer"))
        run.first = preview

    run = rig(nowhere, microphone="demo")
    run.live()  # for the preview's meters
    assert (run.status.sink, run.keys) == ("preview", ["server.none"])
    possible.set()
    until(lambda: run.status.sink == "Enhanced Microphone", why="it has moved")
    run.live()
    assert run.keys == []
