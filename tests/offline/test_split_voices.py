"""`vcam enhance --split-voices`: a sound track for each person, and together the film's sound."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av
import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.offline.making import seconds
from tests.offline.test_lips_track import RATE, write_film
from vcam.audio.capture import demo
from vcam.audio.stages.my_voice import PROFILE
from vcam.cli import app
from vcam.networks.models import open_model
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.pictures import DecodePosition
from vcam.offline.enhance.resume import Work
from vcam.offline.separation import faces, split
from vcam.offline.separation.apart import ADVANCE, STEP, WINDOW, taken_apart
from vcam.offline.separation.faces import BLOCKS, SeenFace
from vcam.offline.separation.network import Separator
from vcam.offline.separation.persons import Voice, persons_of
from vcam.offline.transcript import speech
from vcam.offline.transcript.recognise import Recogniser, transcribe
from vcam.offline.transcript.speakers import levels_of, own
from vcam.offline.transcript.speech import Utterance
from vcam.offline.transcript.subtitles import FORMS, Line, cues
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings
from vcam.video.capture.demo import DemoScene


def noise(length: float) -> np.ndarray:
    generator = np.random.default_rng(0)
    return (0.1 * generator.standard_normal(round(length * RATE))).astype(np.float32)


def seen(first: int, blocks: int, place: float = 0.5) -> SeenFace:
    lips = np.random.default_rng(first).random((blocks, 10)).astype(np.float16)
    at = (place, 0.5)
    return SeenFace(0, at, at, first, lips, np.ones(blocks, bool))


@pytest.fixture(scope="module")
def separator() -> Separator:
    return Separator(open_model("separation", Separator.GRAPH))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with the demo's face twice, side by side, for two seconds."""
    scene = DemoScene(480, 360)
    halves = [scene.picture(i / 25) for i in range(50)]
    pictures = [np.hstack([half, half[:, ::-1]]) for half in halves]
    return write_film(tmp_path_factory.mktemp("two") / "two.mov", pictures, noise(2))


@pytest.mark.parametrize("length", [1, 1_000, 5_000, 3 * WINDOW * STEP + 77])
@pytest.mark.long
def test_voices_and_rest_together_are_the_sound(separator: Separator, length: int) -> None:
    sound = noise(length / RATE)
    faces = [seen(0, 300), seen(150, 4 * ADVANCE)]
    pieces = [sound[i : i + 10_000] for i in range(0, length, 10_000)]
    parts = list(taken_apart(separator, faces, pieces))
    whole = np.concatenate([rest + sum(said.values()) for said, rest in parts])
    assert all(len(one) == len(rest) for said, rest in parts for one in said.values())
    np.testing.assert_allclose(whole, sound, atol=1e-5)


def test_who_is_not_seen_says_nothing(separator: Separator) -> None:
    first, *_, last = taken_apart(separator, [seen(0, 2 * BLOCKS)], [noise(30)])
    assert np.abs(first[0][0]).max() > 0
    assert 0 not in last[0] and np.abs(last[1]).max() > 0


class Given:
    """Gives each face this share of everything."""

    def __init__(self, *shares: float) -> None:
        self._shares = np.array(shares)

    def masks(self, mixture: np.ndarray, lips: np.ndarray) -> np.ndarray:
        one = np.ones(mixture.shape, np.complex64)
        return (self._shares[:, None, None] * one).astype(np.complex64)


def test_who_does_not_speak_has_nothing_and_it_goes_to_who_does() -> None:
    sound = noise(20)
    given = cast(Separator, Given(0.9, 0.1))
    parts = list(taken_apart(given, [seen(0, 2_000), seen(0, 2_000)], [sound]))
    one, other = (np.concatenate([said[face] for said, _ in parts]) for face in (0, 1))
    assert not other.any()
    np.testing.assert_allclose(one[RATE:-RATE], sound[RATE:-RATE], atol=1e-4)


def test_a_face_that_comes_back_to_its_place_is_the_same_person() -> None:
    left, right, again, brief = (
        seen(0, 400, 0.2),
        seen(0, 900, 0.8),
        seen(500, 300, 0.22),
        seen(0, 9),
    )
    assert persons_of([right, left, brief, again], {}) == [[1, 3], [0]]


def test_five_in_one_row_are_all_seen(tmp_path: Path) -> None:
    picture = np.hstack([DemoScene(480, 360).picture(0)] * 5)
    film = write_film(tmp_path / "row.mov", [picture], noise(0.04))
    networks = split.open_split()
    looker = faces.FaceLooker(networks.tracker, networks.lips, "auto")
    state = faces.Looking()
    for one in looker.pictures(film, DecodePosition(), state.followed, faces.Decoded()):
        state, _, _ = looker.step(state, one, 0.0)
    assert [round(5 * x - 0.5) for _, (x, _), _ in sorted(state.places)] == [0, 1, 2, 3, 4]


def test_each_person_gets_a_track_and_a_file(tmp_path: Path, two: Path) -> None:
    words = ["enhance", str(two), "-o", str(tmp_path), "--split-voices", "--names", "Ann"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    with av.open(str(tmp_path / "two.mp4")) as film:
        titles = [stream.metadata["handler_name"] for stream in film.streams.audio]
    assert titles[1:] == ["Ann", "Person 2", "Rest"]
    lengths = [seconds(tmp_path / "two.mp4", number=number) for number in range(len(titles))]
    assert max(lengths) - min(lengths) < 0.1
    sounds = [soundfile.read(tmp_path / f"two - {name}.flac")[0] for name in titles[1:]]
    with av.open(str(two)) as film:
        original = np.concatenate([f.to_ndarray().ravel() for f in film.decode(audio=0)]) / 32768
    np.testing.assert_allclose(sum(sounds), original, atol=3e-4)
    assert all(np.abs(sound).max() > 1e-3 for sound in sounds)


@pytest.mark.long
def test_where_nobody_is_seen_the_rest_is_done_and_it_is_said(tmp_path: Path) -> None:
    room = np.random.default_rng(1).integers(90, 110, (240, 320, 3)).astype(np.uint8)
    film = write_film(tmp_path / "room.mov", [room] * 25, noise(1))
    result = CliRunner().invoke(app, ["enhance", str(film), "-o", str(tmp_path), "--split-voices"])
    assert result.exit_code == 1 and "shows nobody whose voice" in result.stderr
    assert [path.name for path in tmp_path.iterdir() if path != film] == ["room.mp4"]


@pytest.mark.parametrize(
    "names",
    [
        ("a/b",),
        ("Ann", "Ann"),
        ("Rest",),
        ("",),
        tuple("abcdef"),
        ("Ann", "ANN"),
        ("rest",),
        ("a\nb",),
    ],
)
def test_names_that_no_files_can_have_are_refused(
    tmp_path: Path, two: Path, names: tuple[str, ...]
) -> None:
    with pytest.raises(VcamError):
        enhance_files([two], tmp_path, EnhanceOptions(split_voices=True, names=names))
    assert not list(tmp_path.iterdir())


def test_people_are_numbered_as_a_page_is_read() -> None:
    places = [(0.8, 0.75), (0.5, 0.3), (0.2, 0.24), (0.3, 0.7)]
    faces = [replace(seen(0, 300), place=place) for place in places]
    assert persons_of(faces, {}) == [[2], [1], [3], [0]]


def voice(number: int, seconds: float = 5.0, like: float = 0.9) -> Voice:
    """Voices of one number have a cosine of `like` squared and more."""
    sound = np.zeros(PROFILE, np.float32)
    sound[number] = like
    sound[-1 - number] = np.sqrt(1 - like**2)
    return Voice(sound, seconds)


def test_a_speaker_view_shows_as_many_persons_as_there_are_voices() -> None:
    """One after the other in the same place; of the last face nothing is heard."""
    faces = [replace(seen(500 * shot, 500), shot=shot) for shot in range(6)]
    voices = {shot: voice(speaker) for shot, speaker in enumerate([3, 7, 3, 7, 9])}
    assert persons_of(faces, voices) == [[0, 2], [1, 3], [4, 5]]


def test_a_gallery_that_comes_back_shows_the_same_persons() -> None:
    """Though they do not sound quite the same, as after few words; but another voice is another."""
    faces = [
        replace(seen(500 * shot, 400, place), shot=shot)
        for shot in range(2)
        for place in (0.2, 0.5, 0.8)
    ]
    voices = {0: voice(3, like=1.0), 1: voice(5), 3: voice(3, like=0.5), 4: voice(6)}
    assert persons_of(faces, voices) == [[0, 3], [1], [2, 5], [4]]


@pytest.mark.long
@pytest.mark.parametrize("until", [0.2, 0.45])
def test_a_stopped_job_goes_on_and_gives_the_same_files(
    tmp_path: Path, two: Path, monkeypatch: pytest.MonkeyPatch, until: float
) -> None:
    """Stopped while it looks, and while it listens."""
    monkeypatch.setattr(split, "KEEP", 0.0)
    options = EnhanceOptions(
        settings=for_recordings(denoise=False, background="none"), split_voices=True
    )

    def stop(_: Path, done: float) -> None:
        if done > until:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enhance_files([two], tmp_path / "a", options, progress=stop)
    enhance_files([two], tmp_path / "a", options)
    enhance_files([two], tmp_path / "b", options)
    made = [sorted((tmp_path / folder).iterdir()) for folder in "ab"]
    assert len(made[0]) == 4
    for one, other in zip(*made, strict=True):
        assert one.name == other.name and one.read_bytes() == other.read_bytes()


@pytest.mark.long
def test_the_voice_is_cleaned_by_the_same_lips_whether_it_is_split_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for how well the first mouth is looked at."""
    monkeypatch.setattr(faces, "views", lambda size: [None])
    monkeypatch.setattr(faces, "WATCHFUL", 0)
    scene = DemoScene(480, 360)
    film = write_film(tmp_path / "one.mov", [scene.picture(i / 25) for i in range(50)], noise(2))
    whole, plain = (sound_of(film, tmp_path / str(split), split) for split in (True, False))
    np.testing.assert_array_equal(whole, plain)


@pytest.mark.long
def test_damage_in_the_picture_is_said_as_ever(tmp_path: Path, two: Path) -> None:
    with av.open(str(two)) as whole:
        packets = [(one.pos, one.size) for one in whole.demux(video=0) if one.size]
    content = bytearray(two.read_bytes())
    for begin, size in packets[20:30]:
        assert begin is not None
        content[begin : begin + size] = bytes(size)
    film = tmp_path / "two.mov"
    film.write_bytes(content)
    said = [
        enhance_files([film], tmp_path / str(split), EnhanceOptions(split_voices=split))[0].notes
        for split in (True, False)
    ]
    assert said[0] == said[1] and said[0][0].key == "enhance.passed_over"


def sound_of(film: Path, folder: Path, split_voices: bool) -> np.ndarray:
    enhance_files([film], folder, EnhanceOptions(split_voices=split_voices))
    with av.open(str(folder / film.with_suffix(".mp4").name)) as made:
        return np.concatenate([frame.to_ndarray().ravel() for frame in made.decode(audio=0)])


def test_what_another_voice_left_is_not_written_down() -> None:
    """Speech of the second person, at a tenth of its level in the first one's track."""
    silence = np.zeros((RATE, 1), np.float32)
    loud = noise(1)[:, None]
    voices = [
        SimpleNamespace(name="Ann", pieces=lambda: iter([loud, 0.1 * loud])),
        SimpleNamespace(name="Ben", pieces=lambda: iter([silence, loud])),
    ]
    levels = [levels_of(voice) for voice in voices]
    lines = [Line(0.1, 0.9, "Hello."), Line(1.1, 1.9, "Good morning.")]
    assert own(lines, 0, levels) == lines[:1] and own(lines, 1, levels) == lines[1:]


def test_subtitles_say_who_speaks_in_the_order_of_time() -> None:
    lines = [Line(0.0, 20.0, "word " * 40, speaker="Ann"), Line(5.0, 6.0, "Yes.", speaker="Ben")]
    found = cues(lines)
    assert [cue.begin for cue in found] == sorted(cue.begin for cue in found)
    assert {cue.speaker for cue in found} == {"Ann", "Ben"}
    assert FORMS[".srt"](lines).count("Ann: word") == len(found) - 1
    assert FORMS[".txt"](lines).endswith("Ben: Yes.\n")


def test_a_transcript_has_what_each_says_in_the_order_of_time(tmp_path: Path) -> None:
    """Two talk in turns, and of each a twentieth is left in the other's track."""
    pytest.importorskip("faster_whisper")
    talk = np.resize(demo.load_loop().ravel(), 5 * RATE)[:, None]
    silence = np.zeros_like(talk)
    turns = [(talk, silence), (silence, silence), (silence, talk), (silence, silence)]
    voices = [
        SimpleNamespace(name="Ben", pieces=lambda: iter(b + 0.05 * a for a, b in turns)),
        SimpleNamespace(name="Ann", pieces=lambda: iter(a + 0.05 * b for a, b in turns)),
    ]
    recording = tmp_path / "talk.wav"
    soundfile.write(recording, noise(20), RATE)
    with Work(tmp_path / "out.wav", "job") as work:
        transcribe(cast(Recogniser, Words()), recording, work, lambda _: None, 0, voices)
        said = (work.folder / "out.txt").read_text().splitlines()
    assert [line.split(":")[0] for line in said] == ["Ann", "Ben"]


class Words:
    """Hears the same in everything."""

    def language_of(self, first: list[Utterance]) -> str:
        return "en"

    def lines(self, said: Utterance, language: str) -> list[Line]:
        begin = said.begin / speech.RATE
        return [Line(begin, begin + len(said.sound) / speech.RATE, "Something.")]
