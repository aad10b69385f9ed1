"""`vcam enhance` on films: the lips count where there is a face, and nothing else changes."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from vcam.cli import app
from vcam.offline.enhance.lips_track import lip_track
from vcam.video.capture.demo import DemoScene

RATE = 48_000


def write_film(path: Path, pictures: list[np.ndarray], sound: np.ndarray, fps: int = 25) -> Path:
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as container:
        film = container.add_stream("mpeg4", rate=fps)
        film.width, film.height, film.pix_fmt, film.bit_rate = width, height, "yuv420p", 2_000_000
        track = container.add_stream("pcm_s16le" if path.suffix == ".mov" else "aac", rate=RATE)
        track.layout = "mono"
        for picture in pictures:
            container.mux(film.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(film.encode())
        for begin in range(0, len(sound) - 1023, 1024):
            samples = (sound[begin : begin + 1024] * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
            container.mux(track.encode(frame))
        container.mux(track.encode())
    return path


def enhance(source: Path, target: Path, *more: str) -> np.ndarray:
    result = CliRunner().invoke(app, ["enhance", str(source), "-o", str(target), *more])
    assert result.exit_code == 0, result.output
    sound, rate = soundfile.read(target, dtype="int16")
    assert rate == RATE
    return sound


@pytest.fixture
def noise() -> np.ndarray:
    return (0.1 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)


@pytest.mark.long
def test_without_a_face_lips_change_not_a_single_bit(tmp_path: Path, noise: np.ndarray) -> None:
    room = np.random.default_rng(1).integers(90, 110, (240, 320, 3)).astype(np.uint8)
    film = write_film(tmp_path / "room.mov", [room] * 25, noise)
    with_lips = enhance(film, tmp_path / "a.wav")
    without = enhance(film, tmp_path / "b.wav", "--no-lips")
    assert len(without) > 0.9 * RATE
    assert np.array_equal(with_lips, without)


@pytest.mark.long
def test_a_sound_file_has_no_lips(tmp_path: Path, noise: np.ndarray) -> None:
    soundfile.write(tmp_path / "voice.wav", noise, RATE)
    assert lip_track(tmp_path / "voice.wav") is None
    with_lips = enhance(tmp_path / "voice.wav", tmp_path / "a.flac")
    assert np.array_equal(
        with_lips, enhance(tmp_path / "voice.wav", tmp_path / "b.flac", "--no-lips")
    )


def test_every_frame_of_a_talking_face_is_observed(tmp_path: Path, noise: np.ndarray) -> None:
    scene = DemoScene(640, 360)
    film = write_film(tmp_path / "demo.mov", [scene.picture(i / 25) for i in range(25)], noise)
    track = lip_track(film)
    assert track is not None and len(track) == 25
    np.testing.assert_allclose(np.diff(track["time"]), 0.04, atol=1e-6)
    assert (track["confidence"] > 0.9).all() and (track["face"] == 1).all()


@pytest.mark.long
def test_a_voice_that_was_not_taught_needs_lips(
    home: Path, tmp_path: Path, noise: np.ndarray
) -> None:
    """Of a film they may teach it, and until they have, nothing changes."""
    scene = DemoScene(640, 360)
    film = write_film(tmp_path / "demo.mov", [scene.picture(i / 25) for i in range(25)], noise)
    everyone = enhance(film, tmp_path / "a.wav")
    told = CliRunner().invoke(
        app, ["enhance", str(film), "-o", str(tmp_path / "b.wav"), "--set", "voices=me"]
    )
    assert told.exit_code == 0 and "once your lips have been seen to speak" in told.output
    assert np.array_equal(soundfile.read(tmp_path / "b.wav", dtype="int16")[0], everyone)
    soundfile.write(tmp_path / "voice.wav", noise, RATE)
    for source, more in ((tmp_path / "voice.wav", ()), (film, ("--no-lips",))):
        target = tmp_path / "c.wav"
        told = CliRunner().invoke(
            app, ["enhance", str(source), "-o", str(target), "--set", "voices=me", *more]
        )
        assert told.exit_code != 0
        assert "has not been learned yet" in f"{told.output} {told.exception}"
        assert not target.exists()


@pytest.mark.long
def test_a_film_gives_an_observation_for_every_frame(data_dir: Path) -> None:
    clip = data_dir / "av" / "grid_other" / "pwij3p.mp4"
    track = lip_track(clip)
    assert track is not None and len(track) == 75
    np.testing.assert_allclose(np.diff(track["time"]), 0.04, atol=1e-6)
    assert abs(track["time"][0]) < 0.05 and (track["confidence"] > 0.9).all()


@pytest.mark.long
def test_lips_that_spoke_and_rest_lower_another_talker(tmp_path: Path, data_dir: Path) -> None:
    clip = data_dir / "av" / "grid_other" / "pwij3p.mp4"
    voice = next(iter(sorted((data_dir / "audio" / "clean" / "dev").iterdir())))
    with av.open(str(clip)) as container:
        pictures = [p.to_ndarray(format="bgr24") for p in container.decode(video=0)]
    own = heard(clip, len(pictures) * RATE // 25)
    resting = pictures[-8:][::-1] + pictures[-8:]
    pictures += resting * 5
    other = 0.5 * heard(voice, len(resting) * 5 * RATE // 25)
    film = write_film(tmp_path / "listening.mov", pictures, np.concatenate([own, other]))
    with_lips = enhance(film, tmp_path / "a.wav").astype(float)
    without = enhance(film, tmp_path / "b.wav", "--no-lips").astype(float)
    lowered = [
        10 * np.log10(np.square(without[part]).sum() / np.square(with_lips[part]).sum())
        for part in (slice(0, len(own)), slice(-2 * RATE, None))
    ]
    assert lowered[0] < 1 and 2 < lowered[1] < 3


def heard(path: Path, samples: int) -> np.ndarray:
    """The first `samples` of a file's sound, mono at 48 kHz."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        parts = [
            part.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    return np.resize(np.concatenate(parts), samples)
