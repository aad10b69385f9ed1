"""Choosing a microphone, and reading files and stalled devices in real time."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from vcam.audio import portaudio
from vcam.audio.capture import backlog
from vcam.audio.capture import registry as microphone
from vcam.audio.capture.contract import MicrophoneError
from vcam.audio.capture.file import FileMicrophone
from vcam.audio.frames import HOP, RATE
from vcam.audio.linux.connection import ServerGone
from vcam.audio.linux.server_view import ServerView, Source, server_view
from vcam.audio.system import Stream, SystemView
from vcam.schema.errors import VcamError

HEADSET = Source("alsa_input.usb", "Blue Headset", monitor=False, virtual=False)
BUILT_IN = Source("alsa_input.pci", "Built-in Microphone", monitor=False, virtual=False)
FILTER = Source("filter", "Echo-cancelled", monitor=False, virtual=True)
MONITOR = Source("alsa_output.monitor", "Monitor of Speakers", monitor=True, virtual=False)
OURS = Source("enhanced_mic", "Enhanced Microphone", monitor=False, virtual=True)
OUR_FEED = Source("enhanced_mic_sink.monitor", "Monitor", monitor=True, virtual=True)


def view(*sources: Source, default: str = "") -> SystemView:
    return ServerView("server", sources, default, (), frozenset(), None, "present").system


def test_monitors_and_our_own_source_are_no_microphones() -> None:
    present = view(MONITOR, OURS, OUR_FEED, FILTER, HEADSET).microphones
    assert [info.label for info in present] == ["Blue Headset", "Echo-cancelled"]


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ("alsa_input.pci", "Built-in Microphone"),
        ("enhanced_mic", "Blue Headset"),
        ("alsa_output.monitor", "Blue Headset"),
    ],
)
def test_auto_is_the_default_hardware_microphone(default: str, expected: str) -> None:
    present = view(OURS, MONITOR, FILTER, HEADSET, BUILT_IN, default=default)
    assert microphone.resolve_microphone("auto", present).label == expected


def test_auto_finds_nothing_where_only_we_are() -> None:
    with pytest.raises(MicrophoneError, match="No microphone was found"):
        microphone.resolve_microphone("auto", view(OURS, OUR_FEED))


@pytest.mark.parametrize("choice", ["1", "alsa_input.pci", "built-in microphone", "BUILT"])
def test_a_microphone_answers_to_index_name_and_label(choice: str) -> None:
    assert microphone.resolve_microphone(choice, view(HEADSET, BUILT_IN)).name == "alsa_input.pci"


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("Enhanced Microphone", "own output"),
        ("enhanced_mic", "own output"),
        ("enhanced_mic_sink.monitor", "own output"),
        ("Trumpet", "no microphone or sound file 'Trumpet'.*0: Blue Headset"),
        ("e", "fits several"),
        ("~nobody here/voice.wav", "no microphone or sound file"),
        ("/" + 300 * "long" + ".wav", "no microphone or sound file"),
    ],
)
def test_a_wrong_choice_is_explained(choice: str, message: str) -> None:
    with pytest.raises(MicrophoneError, match=message):
        microphone.resolve_microphone(choice, view(HEADSET, BUILT_IN))


def test_each_capture_stream_is_watched_by_itself() -> None:
    recorded: frozenset[tuple[Stream, str]] = frozenset(
        {("microphone", "alsa_input.usb"), ("reference", "alsa_output.monitor")}
    )
    seen = ServerView("server", (HEADSET, MONITOR), "", (), recorded, None, "present").system
    assert not seen.diverted("microphone", "alsa_input.usb")
    assert not seen.diverted("reference", "alsa_output.monitor")
    moved: frozenset[tuple[Stream, str]] = frozenset(
        {("microphone", "alsa_output.monitor"), ("reference", "alsa_output.monitor")}
    )
    seen = ServerView("server", (HEADSET, MONITOR), "", (), moved, None, "present").system
    assert seen.diverted("microphone", "alsa_input.usb")
    assert not view(HEADSET).diverted("microphone", "alsa_input.usb")  # not connected yet


def test_without_a_server_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    with pytest.raises(ServerGone, match="no sound server|not installed"):
        server_view()


def test_a_file_plays_in_real_time_by_the_clock(tmp_path: Path) -> None:
    """Where the machine stalls, whole blocks are left out."""
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, RATE // 2).astype(np.float32)
    soundfile.write(tmp_path / "in.wav", sound, RATE, subtype="FLOAT")
    device = FileMicrophone(tmp_path / "in.wav")
    captured = [device.read() for _ in range(80)]  # more than once around
    late = time.monotonic() - captured[-1].time
    device.close()
    assert late >= HOP / RATE
    steps = np.diff([one.time for one in captured]) * RATE / HOP
    np.testing.assert_allclose(steps, steps.round(), atol=1e-4)
    assert steps.min() > 0.5 and round(steps.sum()) == len(steps) + device.dropped
    for block, moment in captured:
        np.testing.assert_allclose(block, np.roll(sound, -round(moment * RATE))[:HOP], atol=1e-6)


def test_a_stalled_file_skips_what_was_missed(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", np.zeros(RATE), RATE)
    device = FileMicrophone(tmp_path / "in.wav")
    first = device.read()
    time.sleep(0.4)
    assert device.read().time - first.time > 0.3
    assert device.dropped > 20


def test_a_file_that_is_never_waited_for_goes_on_where_real_time_is(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", np.zeros(RATE), RATE)
    device = FileMicrophone(tmp_path / "in.wav")
    device.read()
    time.sleep(0.15)
    behind = []
    for _ in range(60):  # a listener who takes a block when there is room for one
        behind.append(time.monotonic() - device.read().time)
        time.sleep(HOP / RATE)
    assert min(behind) < 0.1


def test_stereo_at_another_rate_becomes_48_khz_mono(tmp_path: Path) -> None:
    t = np.arange(44_100) / 44_100
    tone = 0.4 * np.sin(2 * np.pi * 1000 * t)
    soundfile.write(tmp_path / "in.wav", np.stack([tone, tone], axis=1), 44_100)
    device = FileMicrophone(tmp_path / "in.wav")
    heard = np.concatenate([device.read().block for _ in range(40)])
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * RATE / len(heard) == pytest.approx(1000, abs=5)
    assert heard.dtype == np.float32


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_a_file_without_sound_is_explained(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.wav").write_bytes(content)
    with pytest.raises(MicrophoneError, match="in.wav cannot be read as sound"):
        FileMicrophone(tmp_path / "in.wav")


def arrive(times: list[float]) -> list[int]:
    """The blocks to throw away after each arrival."""
    state, excess = backlog.start(times[0]), []
    for now in times[1:]:
        state, _, blocks = backlog.arrived(state, now)
        excess.append(blocks)
    return excess


def test_jitter_and_bursts_are_no_backlog() -> None:
    rng = np.random.default_rng(0)
    even = np.arange(2000) * 0.01
    assert not any(arrive(list(even + rng.uniform(0, 0.008, 2000))))
    bursts = np.ceil(even / 0.17) * 0.17
    assert not any(arrive(list(bursts)))


@pytest.mark.parametrize("drift", [-150e-6, 150e-6])
def test_a_clock_that_drifts_is_no_backlog(drift: float) -> None:
    assert not any(arrive(list(np.arange(20_000) * 0.01 * (1 + drift))))


def test_what_piled_up_in_a_stall_is_thrown_away_within_a_second() -> None:
    times = np.arange(500) * 0.01
    times[200:] += 0.3
    excess = arrive(list(times))
    assert not any(excess[:200])
    assert max(excess[200:300]) == 30


def test_the_capture_time_is_freed_of_jitter() -> None:
    rng = np.random.default_rng(0)
    state = backlog.start(5.0)
    captured = []
    for i in range(1, 1000):
        state, moment, _ = backlog.arrived(state, 5.0 + i * 0.01 + rng.exponential(0.002))
        captured.append(moment)
    expected = 5.0 + np.arange(999) * 0.01
    assert np.abs(np.array(captured) - expected)[100:].max() < 0.002


def test_without_portaudio_there_are_no_devices_and_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    assert microphone.list_microphones() == []
    with pytest.raises(MicrophoneError, match="No microphone was found"):
        microphone.resolve_microphone("auto")
    with pytest.raises(VcamError, match="PortAudio library is missing"):
        portaudio.library()
