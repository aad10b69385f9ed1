"""Hearing oneself live, on real sound servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.devices.sound_server import FEED, PipeWire, PulseAudio, SoundServer, running
from tests.devices.sound_worker import SoundWorker
from tests.waiting import until
from vcam.audio.frames import RATE
from vcam.daemon.protocol import NewSettings
from vcam.schema.settings import Settings

_FORM = ("--raw", "--format=float32le", f"--rate={RATE}", "--channels=1", "--latency-msec=20")


@pytest.fixture(params=[PulseAudio, PipeWire], ids=lambda kind: kind.name)
def server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoundServer]:
    with running(request.param) as one:
        for name, value in one.environment.items():
            monkeypatch.setenv(name, value)

        def default() -> bool:
            one.pactl("set-default-sink", "speakers")
            return one.pactl("get-default-sink").strip() == "speakers"

        until(default)
        yield one


def heard(seconds: float = 1.0) -> float:
    """RMS of what the loudspeakers play."""
    words = ["parec", "--device=speakers.monitor", *_FORM]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(RATE * 4)  # a null sink's monitor takes a while
    data = process.stdout.read(round(seconds * RATE) * 4)
    process.kill()
    process.wait()
    return float(np.sqrt(np.mean(np.square(np.frombuffer(data, np.float32)))))


def test_one_hears_oneself_while_it_is_on_and_the_call_goes_on(
    server: SoundServer, tmp_path: Path
) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 / RATE * np.arange(90 * RATE))
    file = tmp_path / "tone.raw"
    tone.astype(np.float32).tofile(file)
    player = subprocess.Popen(["pacat", f"--device={FEED}", *_FORM, str(file)])
    settings = Settings(denoise=False, echo="off", microphone="hw_mic", monitor=True)
    worker = SoundWorker(settings)
    try:
        until(lambda: worker.status.monitor_ms > 0)
        worker.wait_for_blocks(100)
        assert heard() > 0.1
        assert worker.status.state == "live" and not worker.status.reasons
        worker.send(NewSettings(settings.model_copy(update={"monitor": False})))
        until(lambda: worker.status.monitor_ms == 0)
        assert heard(0.5) < 1e-3
    finally:
        player.kill()
        player.wait()
        worker.stop()
