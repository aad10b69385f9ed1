"""The Enhanced Speaker on real sound servers: what programs play into it is heard without noise."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from tests.devices.sound_server import PipeWire, PulseAudio, SoundServer, running
from tests.devices.sound_worker import SoundWorker
from tests.devices.speaker_probe import probe
from tests.waiting import until
from vcam.audio.linux.our_devices import MICROPHONE, SPEAKER, OurDevice
from vcam.audio.linux.our_streams import LISTENED
from vcam.audio.worker import speaker
from vcam.daemon import daemon, supervisor
from vcam.daemon.protocol import SoundStart
from vcam.daemon.supervisor import Supervisor, join
from vcam.names import SPEAKER_NAME
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus

SINK = SPEAKER.sink
Start = Callable[[], SoundWorker]


@pytest.fixture(params=[PulseAudio, PipeWire], ids=lambda kind: kind.name)
def server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoundServer]:
    with running(request.param) as one:
        for name, value in one.environment.items():
            monkeypatch.setenv(name, value)
        play_on(one, "speakers")
        yield one


def play_on(server: SoundServer, sink: str) -> None:
    """Makes it the system's output; a server that has just begun forgets it again."""

    def default() -> bool:
        server.pactl("set-default-sink", sink)
        return server.pactl("get-default-sink").strip() == sink

    until(default, why="it is the default")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts workers that, like the daemon's, have the microphone's settings."""
    workers: list[SoundWorker] = []

    def begin() -> SoundWorker:
        workers.append(SoundWorker(Settings(denoise=False, mute=True), entry=speaker.run))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.stop()


@contextmanager
def program(server: SoundServer) -> Iterator[None]:
    """One that plays into it for long."""
    process = subprocess.Popen(
        ["pacat", f"--device={SINK}", "--raw", "--latency-msec=40", "--client-name=a call",
         "/dev/zero"],
        env=server.environment,
    )  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        process.wait()


def there(server: SoundServer) -> None:
    until(lambda: SINK in server.names("sinks"), why="the Enhanced Speaker is there")


def played_on(server: SoundServer) -> str | None:
    """The sink that the enhanced sound is played on now."""
    sinks = {
        line.split("\t")[0]: line.split("\t")[1]
        for line in server.pactl("list", "short", "sinks").splitlines()
    }
    for part in server.pactl("list", "sink-inputs").split("Sink Input #")[1:]:
        if LISTENED in part:
            return sinks.get(part.split("\tSink: ")[1].split("\n")[0])  # none while it moves
    return None


def test_what_others_say_is_heard_with_less_noise_and_in_one_piece(
    server: SoundServer, start: Start
) -> None:
    worker = start()
    there(server)
    gains: list[np.ndarray] = []
    for _attempt in range(3):  # a busy machine makes the sound server itself stumble
        found = probe(server.environment, 6)
        gains.append(np.array(found.heard) - np.array(found.played))
        if np.median(gains[-1]) > 1.5:
            break
    assert np.median(gains[-1]) > 1.5, (gains, found)
    assert worker.status.provider and worker.status.bypassed_blocks < 100


def test_it_sleeps_until_somebody_plays(server: SoundServer, start: Start) -> None:
    worker = start()
    there(server)
    worker.wait_for("standby")
    assert played_on(server) is None
    with program(server):
        worker.wait_for("live")
        worker.wait_for_blocks()
        assert (worker.status.readers, worker.status.source) == (["a call"], SPEAKER_NAME)
        assert played_on(server) == "speakers" and worker.status.reasons == []
    worker.wait_for("standby")
    assert SINK in server.names("sinks")
    assert worker.stop() == 0
    until(lambda: SINK not in server.names("sinks"), why="it is taken away")


def test_it_follows_the_systems_output_and_never_takes_itself(
    server: SoundServer, start: Start
) -> None:
    described = "sink_properties=device.description=Headset"
    server.pactl("load-module", "module-null-sink", "sink_name=headset", "rate=48000", described)
    worker = start()
    there(server)
    with program(server):
        until(lambda: played_on(server) == "speakers", why="it plays")
        play_on(server, "headset")
        until(lambda: played_on(server) == "headset", why="it follows")
        until(lambda: worker.status.sink == "Headset", why="it knows; PipeWire moves it by itself")
        worker.wait_for_blocks()
        play_on(server, SINK)
        worker.wait_for_blocks(200)
        assert played_on(server) == "headset"
        assert worker.status.state == "live"


def test_a_crash_and_a_server_that_is_killed_are_survived(
    server: SoundServer, start: Start
) -> None:
    worker = start()
    there(server)
    with program(server):
        worker.wait_for("live")
        worker.kill()
        assert SINK in server.names("sinks")
        worker = start()
        worker.wait_for("live")
        worker.wait_for_blocks()
        server.kill()
        until(lambda: worker.status.state != "live", why="it is noticed")
    server.start()
    play_on(server, "speakers")
    there(server)
    with program(server):
        worker.wait_for("live")
        worker.wait_for_blocks()
        until(lambda: played_on(server) == "speakers", why="it is heard")


def test_as_the_systems_output_it_plays_on_what_was_that_before_while_it_is_there(
    server: SoundServer, start: Start
) -> None:
    described = "sink_properties=device.description=Headset"
    words = ("module-null-sink", "sink_name=headset", "rate=48000", described)
    module = server.pactl("load-module", *words).strip()
    play_on(server, "headset")
    worker = start()
    there(server)
    play_on(server, SINK)
    with program(server):
        until(lambda: played_on(server) == "headset", why="it plays")
        worker.kill()
        worker = start()
        until(lambda: played_on(server) == "headset", why="its successor does as well")
        server.pactl("unload-module", module)
        until(lambda: played_on(server) not in ("headset", SINK, None), why="on another one")
        worker.wait_for("live")
        worker.wait_for_blocks()


@pytest.mark.parametrize(
    ("entry", "removal", "device"),
    [
        (daemon.AUDIO, daemon.REMOVE_MICROPHONE, MICROPHONE),
        (daemon.SPEAKER, daemon.REMOVE_SPEAKER, SPEAKER),
    ],
    ids=["microphone", "speaker"],
)
def test_switched_off_between_a_crash_and_the_next_start_it_is_taken_away(
    server: SoundServer,
    entry: str,
    removal: str,
    device: OurDevice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF_S", (3600.0,))
    start = SoundStart(settings=Settings(), microphone=None, lips_mailbox="/nonexistent")
    one = Supervisor("sound", entry, AudioStatus(), lambda: start, removal)

    def has_come() -> bool:
        one.tick()
        return device.sink in server.names("sinks")

    until(has_come, why="it is there")
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    until(lambda: one.tick() and one.pid is None, why="the crash is noticed")
    assert device.sink in server.names("sinks")
    one.stop()
    join([one], 60.0)
    assert device.sink not in server.names("sinks")
