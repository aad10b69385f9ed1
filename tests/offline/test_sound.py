"""Recordings come back as long as they were, aligned, and of the same kind."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from tests.offline.making import ffmpeg, speakers
from vcam.audio.frames import HOP
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.denoise import DenoiseStage
from vcam.audio.stages.order import AudioOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.sound import ChannelEnhancer, enhance_file
from vcam.offline.enhance.targets import planned
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason

PLAIN = AudioPipeline()


def enhance(source: Path, target: Path) -> list[Reason]:
    with Work(target, "") as work:
        said = enhance_file(PLAIN, AudioOptions(), source, work, lambda done: None)
        work.publish()
    return said


def voice(frames: int, channels: int, rate: int) -> np.ndarray:
    """Something with energy up to a third of the rate, float64 ``(frames, channels)``."""
    rng = np.random.default_rng(frames + channels)
    spectrum = np.fft.rfft(rng.standard_normal((frames, channels)), axis=0)
    spectrum[int(len(spectrum) * min(1.0, 22_000 / rate * 2) * 0.8) :] = 0
    sound = np.fft.irfft(spectrum, frames, axis=0)
    return 0.5 * sound / max(np.abs(sound).max(), 1e-9)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_every_rate_keeps_its_length_and_alignment(tmp_path: Path, rate: int) -> None:
    sound = voice(rate + 123, 1, rate)
    soundfile.write(tmp_path / "in.wav", sound, rate, subtype="FLOAT")
    enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    out, out_rate = soundfile.read(tmp_path / "out.wav", always_2d=True)
    assert out_rate == rate and out.shape == sound.shape
    middle = slice(rate // 10, -rate // 10)
    error = out[middle] - sound[middle]
    assert 10 * np.log10(np.mean(sound[middle] ** 2) / np.mean(error**2)) > 50


@pytest.mark.parametrize("channels", [1, 2, 3, 8])
def test_every_channel_stays_itself(tmp_path: Path, channels: int) -> None:
    sound = voice(5000, channels, 48_000)
    soundfile.write(tmp_path / "in.wav", sound, 48_000, subtype="FLOAT")
    enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    out, _ = soundfile.read(tmp_path / "out.wav", always_2d=True)
    np.testing.assert_allclose(out, sound, atol=1e-5)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_the_sample_format_is_kept(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "in.wav", voice(3000, 1, 48_000), 48_000, subtype=subtype)
    enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    assert soundfile.info(tmp_path / "out.wav").subtype == subtype


@pytest.mark.parametrize(
    "name, codec, form",
    [
        ("in.m4a", "alac", "s32p"),
        ("in.wv", "wavpack", "s32p"),
        ("in.mka", "flac", "s32"),
        ("in.mka", "truehd", "s32"),
    ],
)
def test_24_bits_stay_24_in_whatever_they_come(
    tmp_path: Path, name: str, codec: str, form: str
) -> None:
    sound, source = voice(3000, 2, 48_000), tmp_path / name
    soundfile.write(tmp_path / "in.wav", sound, 48_000, subtype="PCM_24")
    words = ("-c:a", codec, "-sample_fmt", form, "-strict", -2)
    ffmpeg("-i", tmp_path / "in.wav", *words, source)
    for target in (tmp_path / "out.wav", tmp_path / "out.flac"):
        enhance(source, target)
        assert soundfile.info(target).subtype == "PCM_24"
        out, _ = soundfile.read(target)
        assert np.abs(out[500:2000] - sound[500:2000]).max() < 2**-20


@pytest.mark.parametrize("subtype", ["PCM_32", "FLOAT", "ALAC_24"])
def test_what_a_kind_of_file_does_not_hold_becomes_24_bits(tmp_path: Path, subtype: str) -> None:
    kind = "CAF" if subtype == "ALAC_24" else "WAV"
    source = tmp_path / f"in.{kind.lower()}"
    soundfile.write(source, voice(3000, 1, 48_000), 48_000, subtype=subtype)
    enhance(source, tmp_path / "out.flac")
    assert soundfile.info(tmp_path / "out.flac").subtype == "PCM_24"


@pytest.mark.parametrize("frames", [0, 1, HOP - 1, HOP, HOP + 1, 300_000])
def test_every_length_is_kept(tmp_path: Path, frames: int) -> None:
    sound = voice(frames, 1, 44_100) if frames else np.zeros((0, 1))
    soundfile.write(tmp_path / "in.wav", sound, 44_100)
    enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    assert soundfile.info(tmp_path / "out.wav").frames == frames


def test_broken_and_too_loud_samples_are_made_safe(tmp_path: Path) -> None:
    sound = voice(20_000, 1, 48_000) * 4
    sound[3000] = np.nan
    sound[4000] = -np.inf
    soundfile.write(tmp_path / "in.wav", sound, 48_000, subtype="FLOAT")
    enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    out, _ = soundfile.read(tmp_path / "out.wav", always_2d=True)
    assert np.isfinite(out).all()
    np.testing.assert_allclose(out[9600:], sound[9600:], atol=1e-4)


@pytest.mark.parametrize("end", ["flac", "aiff"])
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_what_a_file_cannot_hold_is_lowered_as_a_whole_and_said(
    tmp_path: Path, end: str, rate: int
) -> None:
    sound = voice(rate, 2, rate) * 4
    source, target = tmp_path / "in.wav", tmp_path / f"out.{end}"
    soundfile.write(source, sound, rate, subtype="FLOAT")
    said = enhance(source, target)
    out, _ = soundfile.read(target)
    if end == "aiff":
        assert not said and np.abs(out).max() > 1.9
    else:
        (note,) = said
        assert note.key == "enhance.lowered" and 0.8 < np.abs(out).max() <= 1.0
    gain = np.sum(out * sound) / np.sum(sound**2)
    error = np.sqrt(np.mean((out / gain - sound) ** 2))
    assert error < 0.005 * sound.std()


def test_other_kinds_of_files_are_read_and_written(tmp_path: Path) -> None:
    sound = voice(48_000, 2, 48_000)
    soundfile.write(tmp_path / "in.ogg", sound, 48_000)
    enhance(tmp_path / "in.ogg", tmp_path / "a.wav")
    enhance(tmp_path / "a.wav", tmp_path / "b.flac")
    assert soundfile.info(tmp_path / "a.wav").subtype == "PCM_16"
    assert soundfile.info(tmp_path / "b.flac").format == "FLAC"
    assert soundfile.info(tmp_path / "b.flac").frames == soundfile.info(tmp_path / "in.ogg").frames


def surround(path: Path, channels: int) -> Path:
    """A WAV each of whose channels is louder than the one before it."""
    tone = np.sin(np.arange(24_000) * 2 * np.pi * 60 / 48_000)
    sound = tone[:, None] * 0.6 ** np.arange(channels, 0, -1)
    soundfile.write(path, sound, 48_000)
    return path


def by_loudness(path: Path) -> list[str]:
    found = speakers(path)
    return sorted(found, key=lambda name: found[name])


@pytest.mark.parametrize("channels", [3, 4, 5, 6, 7, 8])
def test_every_speaker_stays_itself_in_vorbis(tmp_path: Path, channels: int) -> None:
    enhance(surround(tmp_path / "in.wav", channels), tmp_path / "a.ogg")
    enhance(tmp_path / "a.ogg", tmp_path / "b.ogg")
    enhance(tmp_path / "a.ogg", tmp_path / "c.wav")
    usual = {3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}[channels]
    names = [channel.name for channel in av.AudioLayout(usual).channels]
    for name in ("a.ogg", "b.ogg", "c.wav"):
        assert by_loudness(tmp_path / name) == names


@pytest.mark.parametrize(
    "end, codec", [("ogg", "libvorbis"), ("opus", "libopus"), ("m4a", "aac"), ("flac", "flac")]
)
def test_every_speaker_stays_itself_from_any_kind_of_file(
    tmp_path: Path, end: str, codec: str
) -> None:
    source = tmp_path / f"in.{end}"
    ffmpeg("-i", surround(tmp_path / "in.wav", 6), "-c:a", codec, source)
    for target in ("out.wav", "out.ogg"):
        enhance(source, tmp_path / target)
        assert by_loudness(tmp_path / target) == ["FL", "FR", "FC", "LFE", "BL", "BR"]


def test_a_file_that_is_no_sound_is_said_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.wav").write_bytes(b"this is not a sound file")
    with pytest.raises(VcamError, match="in.wav cannot be read as sound"):
        enhance(tmp_path / "in.wav", tmp_path / "out.wav")
    with pytest.raises(VcamError, match="gone.wav does not exist"):
        enhance(tmp_path / "gone.wav", tmp_path / "out.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["in.wav"]


@pytest.mark.parametrize(
    "rate, channels, target, rate_after",
    [
        (96_000, 2, "out.mp3", 48_000),
        (44_100, 2, "out.mp3", 44_100),
        (384_000, 1, "out.ogg", 48_000),
        (96_000, 6, "out.ogg", 96_000),
    ],
)
def test_a_rate_that_a_kind_of_file_does_not_know_becomes_another(
    tmp_path: Path, rate: int, channels: int, target: str, rate_after: int
) -> None:
    sound = voice(rate // 2, channels, rate)
    soundfile.write(tmp_path / "in.wav", sound, rate)
    enhance(tmp_path / "in.wav", tmp_path / target)
    out, found = soundfile.read(tmp_path / target, always_2d=True)
    assert found == rate_after and out.shape[1] == channels
    assert abs(len(out) / found - 0.5) < 0.1 and np.abs(out).max() > 0.2


@pytest.mark.parametrize("channels, target", [(6, "out.mp3"), (12, "out.flac")])
def test_channels_without_a_place_are_said_before_anything_is_done(
    tmp_path: Path, channels: int, target: str
) -> None:
    surround(tmp_path / "in.wav", channels)
    said = f"{target} cannot hold {channels} channels"
    with pytest.raises(VcamError, match=said), Work(tmp_path / target, "") as work:
        source = tmp_path / "in.wav"
        enhance_file(PLAIN, AudioOptions(), source, work, lambda _: pytest.fail("work is done"))
    assert [path.name for path in tmp_path.iterdir()] == ["in.wav"]


def test_a_failing_network_leaves_no_file(tmp_path: Path) -> None:
    class Failing:
        lookahead = 0

        def clean(self, *_: object) -> tuple[None, np.ndarray]:
            raise RuntimeError("no memory")

    soundfile.write(tmp_path / "in.wav", voice(3000, 1, 48_000), 48_000)
    pipeline = AudioPipeline([DenoiseStage(Failing())])
    with pytest.raises(VcamError, match="no memory"), Work(tmp_path / "o.wav", "") as work:
        enhance_file(pipeline, AudioOptions(), tmp_path / "in.wav", work, lambda done: None)
    assert [path.name for path in tmp_path.iterdir()] == ["in.wav"]


def test_any_chunking_gives_the_same_sound() -> None:
    sound = voice(40_000, 1, 44_100)[:, 0].astype(np.float32)
    results = []
    for chunk in (40_000, 7_001):
        channel = ChannelEnhancer(PLAIN, AudioOptions(), 44_100)
        parts = [channel.push(sound[i : i + chunk]) for i in range(0, len(sound), chunk)]
        results.append(np.concatenate([*parts, channel.finish()])[: len(sound)])
    np.testing.assert_allclose(results[0], results[1], atol=1e-5)


def test_results_are_named_as_the_user_expects(tmp_path: Path) -> None:
    a, b = tmp_path / "a.flac", tmp_path / "b.wav"
    for path in (a, b):
        soundfile.write(path, voice(100, 1, 48_000), 48_000)
    folder = tmp_path / "out"
    assert planned([a, b], folder, overwrite=False) == [folder / "a.wav", folder / "b.wav"]
    assert planned([a], folder, overwrite=False) == [folder / "a.wav"]
    assert planned([a], tmp_path / "x.flac", overwrite=False) == [tmp_path / "x.flac"]


def test_nothing_that_exists_is_replaced(tmp_path: Path) -> None:
    a, b = tmp_path / "a.wav", tmp_path / "b.wav"
    for path in (a, b):
        soundfile.write(path, voice(100, 1, 48_000), 48_000)
    with pytest.raises(VcamError, match="exists already"):
        planned([a], b, overwrite=False)
    assert planned([a], b, overwrite=True) == [b]
    with pytest.raises(VcamError, match="one of the recordings"):
        planned([a, b], tmp_path, overwrite=True)
    with pytest.raises(VcamError, match="several results need a folder"):
        planned([a, a], b, overwrite=True)
    (tmp_path / "c.opus").touch()
    for name in ("c.opus", "new.avi", "new.jpg", "new.ts", "new.M2TS", "new.mka", "new.wv"):
        with pytest.raises(VcamError, match=f"{name} cannot be the result"):
            planned([a], tmp_path / name, overwrite=True)
    (tmp_path / "sub").mkdir()
    soundfile.write(tmp_path / "sub" / "a.wav", voice(100, 1, 48_000), 48_000)
    with pytest.raises(VcamError, match="both become"):
        planned([a, tmp_path / "sub" / "a.wav"], tmp_path / "out", overwrite=False)
