"""The promises of `tests/contracts` that need a sound server, kept by PulseAudio's kinds."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Timer

import numpy as np
import pytest

from tests.devices.sound_server import HARDWARE, HARDWARE_LABEL, PulseAudio, running
from tests.waiting import until
from vcam.audio.capture.contract import MicrophoneChoice, MicrophoneError
from vcam.audio.capture.pulse import PulseMicrophone
from vcam.audio.capture.registry import list_microphones, resolve_microphone
from vcam.audio.frames import HOP, RATE
from vcam.audio.linux.our_devices import SOURCE
from vcam.audio.linux.server_view import server_view
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.pulse import PulsePublisher
from vcam.audio.publish.registry import open_publisher
from vcam.audio.system import LoudspeakersInfo

SPEAKERS = LoudspeakersInfo("speakers.monitor", "Speakers")
CHOICE = MicrophoneChoice("pulse", HARDWARE, HARDWARE_LABEL)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseAudio]:
    with running(PulseAudio) as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.fixture
def publisher(server: PulseAudio) -> Iterator[MicrophonePublisher]:
    opened = open_publisher(Event().set)
    until(lambda: opened.problem is None, why="the Enhanced Microphone is there")
    yield opened
    opened.close()


def test_what_is_played_on_is_told(server: PulseAudio) -> None:
    assert server_view().system.loudspeakers == SPEAKERS


def test_the_microphone_is_listed_and_opened(server: PulseAudio) -> None:
    assert [info.label for info in list_microphones()] == [HARDWARE_LABEL]
    assert resolve_microphone("auto") == CHOICE
    device = PulseMicrophone.open(CHOICE)
    captured = [device.read() for _ in range(50)]
    assert all(c.block.shape == (HOP,) and c.block.dtype == np.float32 for c in captured)
    assert (np.diff([c.time for c in captured]) * RATE / HOP > 0.5).all()
    device.close()
    device.close()


def test_a_microphone_that_is_not_there_is_an_error(server: PulseAudio) -> None:
    with pytest.raises(MicrophoneError, match="Trumpet"):
        PulseMicrophone.open(MicrophoneChoice("pulse", "trumpet", "Trumpet"))


def test_microphone_and_reference_are_two_streams_of_one_process(
    server: PulseAudio, publisher: MicrophonePublisher
) -> None:
    device = PulseMicrophone.open(CHOICE)
    reference = device.open_reference(SPEAKERS)
    assert reference is not None
    try:
        assert reference.read().block.shape == device.read().block.shape
        assert server_view().recorded == {
            ("microphone", HARDWARE),
            ("reference", "speakers.monitor"),
        }
        view = server_view().system
        assert not view.diverted("microphone", HARDWARE)
        assert view.diverted("microphone", "another")
    finally:
        reference.close()
        device.close()


def test_abort_frees_a_read_from_its_own_stream_alone(
    server: PulseAudio, publisher: MicrophonePublisher
) -> None:
    device = PulseMicrophone.open(CHOICE)
    reference = device.open_reference(SPEAKERS)
    assert reference is not None
    try:
        Timer(0.3, device.abort).start()
        with pytest.raises(MicrophoneError):
            for _ in range(1000):
                device.read()
        reference.read()
        assert not server_view().system.diverted("reference", "speakers.monitor")
    finally:
        reference.close()
        device.close()


def test_the_publisher_is_seen_and_withdrawn(
    server: PulseAudio, publisher: MicrophonePublisher
) -> None:
    assert publisher.kind == "pulse" and PulsePublisher.obstacle() is None
    assert publisher.system is publisher.system is not None
    publisher.wake()
    publisher.send(np.zeros(HOP, np.float32))
    publisher.rest()
    publisher.rest()
    publisher.close(remove=False)
    assert SOURCE in server.names("sources")
    another = open_publisher(Event().set)
    until(lambda: another.problem is None, why="it is adopted")
    another.close()
    assert SOURCE not in server.names("sources")
    another.close()


def test_a_server_that_goes_is_a_problem_and_no_exception_but_publish_errors(
    server: PulseAudio, publisher: MicrophonePublisher
) -> None:
    publisher.wake()
    server.kill()
    until(lambda: publisher.lost, why="it is noticed")
    assert publisher.problem and publisher.readers() == [] and publisher.system is None
    assert PulsePublisher.obstacle()
    try:
        publisher.wake()
        publisher.send(np.zeros(HOP, np.float32))
    except PublishError:
        publisher.rest()
