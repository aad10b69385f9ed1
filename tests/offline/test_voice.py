"""The voice that is meant is heard, whatever track and channel it is on."""

from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
import soxr

from tests.offline.making import ffmpeg
from vcam.offline import voice
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.transcript import speech
from vcam.offline.voice import Voice, find_track, find_voice
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

RATE = 48_000
LENGTH = 3 * RATE
ASSETS = Path(voice.__file__).parents[1] / "assets"


@cache
def speaker() -> np.ndarray:
    sound, rate = soundfile.read(ASSETS / "demo_sound.opus", dtype="float32")
    return np.asarray(soxr.resample(sound, rate, RATE)[:LENGTH], np.float32)


def music() -> np.ndarray:
    """Louder than the speaker."""
    time = np.arange(LENGTH) / RATE
    notes = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330, 440))
    return (0.2 * notes * (0.6 + 0.4 * np.sin(4 * np.pi * time))).astype(np.float32)


def hiss() -> np.ndarray:
    return (0.05 * np.random.default_rng(0).standard_normal(LENGTH)).astype(np.float32)


SILENCE = np.zeros(LENGTH, np.float32)


def recorded(path: Path, *tracks: list[np.ndarray], layout: str = "") -> Path:
    """Tracks of channels."""
    words: list[object] = []
    for number, channels in enumerate(tracks):
        sound = np.stack(channels, 1).reshape(1, -1)
        piece = path.with_name(f"{number}.wav")
        form = layout or {1: "mono", 2: "stereo"}[len(channels)]
        with av.open(str(piece), "w") as out:
            stream = out.add_stream("pcm_f32le", rate=RATE, layout=form)
            frame = av.AudioFrame.from_ndarray(sound, format="flt", layout=form)
            frame.sample_rate = RATE
            out.mux(stream.encode(frame))
        words += ["-i", piece]
    kinds = [word for number in range(len(tracks)) for word in ("-map", number)]
    ffmpeg(*words, *kinds, "-c", "copy", path)
    return path


def heard(path: Path, track: int | None = None) -> np.ndarray:
    return np.concatenate(list(speech.sound_of(path, film=False, track=track)))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other)) - 200
    return float(abs(np.corrcoef(one[100:length], other[100:length])[0, 1]))


@pytest.mark.parametrize("other", [SILENCE, music(), hiss()], ids=["silence", "music", "hiss"])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.long
def test_the_track_with_the_voice_is_found(tmp_path: Path, other: np.ndarray, place: int) -> None:
    tracks = [[other], [other]]
    tracks[place] = [0.3 * speaker()]
    assert find_track(recorded(tmp_path / "in.mkv", *tracks)) == place


@pytest.mark.long
def test_it_is_found_without_silero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "find_spec", lambda name: None)
    assert find_track(recorded(tmp_path / "in.mkv", [music()], [0.3 * speaker()])) == 1


@pytest.mark.parametrize(
    "channels",
    [
        [speaker(), -speaker()],
        [music(), 0.5 * speaker()],
        [0.5 * speaker(), hiss()],
        [SILENCE, speaker()],
        [speaker(), speaker()],
    ],
    ids=["inverted", "right", "left", "half", "both"],
)
@pytest.mark.long
def test_the_transcript_hears_the_voice(tmp_path: Path, channels: list[np.ndarray]) -> None:
    said = soxr.resample(speaker(), RATE, speech.RATE)
    found = heard(recorded(tmp_path / "in.mkv", channels))
    assert likeness(found, said) > 0.95 and np.abs(found).max() > 0.1


@pytest.mark.long
def test_the_middle_of_surround_is_heard(tmp_path: Path) -> None:
    around = [0.3 * music() if number != 2 else 0.3 * speaker() for number in range(6)]
    path = recorded(tmp_path / "in.mkv", around, layout="5.1")
    assert find_voice(path) == Voice(0, 2)
    assert likeness(heard(path), soxr.resample(speaker(), RATE, speech.RATE)) > 0.95


def test_one_track_is_not_even_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "_loudest", None)
    path = recorded(tmp_path / "in.mkv", [SILENCE])
    assert find_track(path) == 0
    with pytest.raises(VcamError) as refused:
        find_track(path, 2)
    assert str(refused.value) == f"There is no sound track 2 in {path}; it has 1."


@pytest.mark.long
def test_a_sound_result_has_the_voice_and_says_so_unless_told_which(tmp_path: Path) -> None:
    source = recorded(tmp_path / "in.mkv", [SILENCE], [speaker()], [0.1 * music()])
    plain = for_recordings(lips="off")
    (made,) = enhance_files([source], tmp_path / "a.wav", EnhanceOptions(settings=plain))
    assert [str(note) for note in made.notes] == [
        f"Of the 3 sound tracks of {source}, number 2 is heard: there is the voice."
    ]
    assert likeness(soundfile.read(tmp_path / "a.wav")[0], speaker()) > 0.9
    (made,) = enhance_files([source], tmp_path / "b.wav", EnhanceOptions(settings=plain, track=3))
    assert made.notes == [] and likeness(soundfile.read(tmp_path / "b.wav")[0], music()) > 0.3
    (made,) = enhance_files([source], tmp_path / "c.wav", EnhanceOptions(settings=plain, track=4))
    assert str(made.error) == f"There is no sound track 4 in {source}; it has 3."
    assert not (tmp_path / "c.wav").exists()
