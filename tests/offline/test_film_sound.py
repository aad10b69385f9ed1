"""The sound tracks of a film: every channel from its speaker, and as loud as it was."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.offline.making import ffmpeg, recording, seconds, speakers
from tests.offline.test_streams import enhance
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.denoise import DenoiseStage
from vcam.offline.transcript import speech

LAYOUTS = ["mono", "2.1", "3.0(back)", "4.0", "4.1", "5.1(side)", "hexagonal", "6.1", "7.1"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("end", ["webm", "mkv", "mp4"])
def test_every_channel_comes_out_of_its_speaker(tmp_path: Path, layout: str, end: str) -> None:
    """One channel sounds alone."""
    count, length = av.AudioLayout(layout).nb_channels, 19_200
    wave = np.zeros((1, length * count), np.float32)
    wave[0, count - 1 :: count] = 0.5 * np.sin(np.arange(length) / 20)
    with av.open(str(tmp_path / "in.mkv"), "w") as out:
        sound = out.add_stream("pcm_f32le", rate=48_000, layout=layout)
        frame = av.AudioFrame.from_ndarray(wave, format="flt", layout=layout)
        frame.sample_rate = 48_000
        out.mux(sound.encode(frame))
    assert enhance(tmp_path / "in.mkv", tmp_path / f"out.{end}") == []
    found = speakers(tmp_path / f"out.{end}")
    last = av.AudioLayout(layout).channels[-1].name
    loudest = max(found, key=lambda name: found[name])
    if last in found:
        assert loudest == last or last == "LFE"
    assert found[loudest] > 0.1 and abs(seconds(tmp_path / f"out.{end}") - 0.4) < 0.05


def loud(path: Path, rate: int = 48_000) -> Path:
    """Sound as floats, 5 dB above full scale, and a picture."""
    recording(path, "-af", f"volume=14.4,aresample={rate}", "-c:a", "pcm_f32le", "-c:v", "mpeg4")
    return path


def level_of(path: Path) -> float:
    return max(speakers(path).values())


def overtones(path: Path) -> float:
    """How much of a tone of 440 Hz is at three times that, decibels."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        form = av.AudioResampler("flt", "mono")
        parts = [part for one in container.decode(audio=0) for part in form.resample(one)]
    sound = np.concatenate([part.to_ndarray()[0] for part in parts])[rate // 2 : rate * 3 // 2]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(20 * np.log10(spectrum[1310:1331].max() / spectrum[430:451].max()))


@pytest.mark.parametrize(
    "source, target", [("in.mkv", "out.mkv"), ("in.mkv", "out.webm"), ("in.avi", "out.avi")]
)
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_sound_above_full_scale_is_lowered_and_not_clipped(
    tmp_path: Path, source: str, target: str, rate: int
) -> None:
    assert level_of(loud(tmp_path / source, rate)) > 1.2
    said = enhance(tmp_path / source, tmp_path / target)
    assert "is quieter than the recording" in said[-1]
    assert overtones(tmp_path / target) < -50
    assert 0.6 < level_of(tmp_path / target) < 0.71


def test_what_is_above_full_scale_before_it_is_cleaned_keeps_its_level(tmp_path: Path) -> None:
    class Halving:
        lookahead = 0

        def clean(self, _state: object, spectrum: np.ndarray) -> tuple[None, np.ndarray]:
            return None, spectrum / 2

    source, target = loud(tmp_path / "in.mkv"), tmp_path / "out.mkv"
    assert enhance(source, target, pipeline=AudioPipeline([DenoiseStage(Halving())])) == []
    assert overtones(target) < -50
    assert level_of(target) == pytest.approx(level_of(source) / 2, rel=0.02)


@pytest.mark.parametrize("end", ["mov", "caf"])
@pytest.mark.long
def test_channels_in_an_order_of_their_own_come_out_of_their_speakers(
    tmp_path: Path, end: str
) -> None:
    """Apple's 7.1 has those at the sides before those at the back."""
    wave = np.zeros((1, 48_000 * 8), np.int16)
    wave[0, 4::8] = 9000 * np.sin(np.arange(48_000) / 20)
    with av.open(str(tmp_path / "in.caf"), "w") as out:
        sound = out.add_stream("pcm_s16le", rate=48_000, layout="7.1")
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="7.1")
        frame.sample_rate = 48_000
        out.mux(sound.encode(frame))
    ffmpeg("-i", tmp_path / "in.caf", "-c", "copy", tmp_path / "in.mov")
    source = tmp_path / f"in.{end}"
    enhance(source, tmp_path / "out.mp4")
    found = speakers(tmp_path / "out.mp4")
    assert max(found, key=lambda name: found[name]) == "SL" and found["SL"] > 0.1
    heard = np.concatenate(list(speech.sound_of(source, film=False)))
    assert np.abs(heard).max() > 0.1
