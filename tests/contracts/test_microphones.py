"""Every kind of microphone keeps what `vcam.audio.capture.contract` promises."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from vcam.audio.capture.contract import Microphone, MicrophoneChoice, MicrophoneError
from vcam.audio.capture.registry import MICROPHONES, PLATFORMS, microphone_class, open_microphone
from vcam.audio.frames import HOP, RATE
from vcam.audio.system import LoudspeakersInfo

HERE = [kind for kind in MICROPHONES if kind not in ("pulse", "speaker") or sys.platform == "linux"]
WITHOUT_HARDWARE = ["file", "demo"]


def choice(kind: str, folder: Path) -> MicrophoneChoice:
    """Something of this kind that every machine can open."""
    if kind != "file":
        return MicrophoneChoice(kind, kind, kind)
    path = folder / "voice.wav"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, RATE), RATE)
    return MicrophoneChoice(kind, str(path), path.name)


@pytest.fixture(params=WITHOUT_HARDWARE)
def device(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Microphone]:
    opened = open_microphone(choice(request.param, tmp_path))
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", HERE)
def test_every_kind_is_where_the_registry_says(kind: str) -> None:
    assert issubclass(microphone_class(kind), Microphone)


def test_every_platform_has_kinds_that_there_are() -> None:
    assert {kind for kinds in PLATFORMS.values() for kind in kinds} <= set(MICROPHONES)


@pytest.mark.parametrize("kind", HERE)
def test_listing_never_raises_without_a_sound_system(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    present = microphone_class(kind).present()
    assert present is None or all(info.label for info in present)


@pytest.mark.parametrize("kind", [kind for kind in HERE if kind != "demo"])
def test_what_is_absent_is_a_microphone_error(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    name = "99" if kind == "portaudio" else str(tmp_path / "gone")
    if kind == "portaudio":
        try:
            import sounddevice  # noqa: F401
        except OSError:  # what it raises without the library
            pytest.skip("PortAudio is not installed")
    with pytest.raises(MicrophoneError):
        microphone_class(kind).open(MicrophoneChoice(kind, name, name))


def test_blocks_are_10_ms_of_mono_floats_in_range(device: Microphone) -> None:
    for _ in range(5):
        block = device.read().block
        assert block.shape == (HOP,) and block.dtype == np.float32
        assert np.isfinite(block).all() and np.abs(block).max() <= 1.0


def test_a_block_stays_what_it_was_when_the_next_is_read(device: Microphone) -> None:
    first = device.read().block
    before = first.copy()
    device.read()
    np.testing.assert_array_equal(first, before)


def test_capture_times_rise_by_10_ms_a_block(device: Microphone) -> None:
    times, dropped = [], []
    for _ in range(20):
        times.append(device.read().time)
        dropped.append(device.dropped)
    steps = np.diff(times) * RATE / HOP
    np.testing.assert_allclose(steps, 1 + np.diff(dropped), atol=1e-6)


def test_it_says_what_people_call_it(device: Microphone) -> None:
    assert device.label in ("voice.wav", "demo")


def test_it_may_be_closed_twice(device: Microphone) -> None:
    device.read()
    device.close()
    device.close()


def test_it_may_be_aborted_from_elsewhere(device: Microphone) -> None:
    device.abort()


def test_what_knows_no_loudspeakers_has_no_reference(device: Microphone) -> None:
    assert device.open_reference(LoudspeakersInfo("speakers.monitor", "Speakers")) is None
