"""`vcam voice rename`: who is who in a meeting is said once one has seen who it is."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av
import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.offline.making import H264, ffmpeg, recording
from vcam.audio.frames import RATE
from vcam.audio.pipeline import AudioPipeline
from vcam.cli import app
from vcam.offline.enhance.film import enhance_film
from vcam.offline.enhance.film_plan import FilmOptions, FilmPipelines
from vcam.offline.enhance.resume import Work
from vcam.offline.separation import renaming
from vcam.offline.separation.names import people_in
from vcam.offline.separation.renaming import rename
from vcam.offline.separation.split import PersonSound, write_sound
from vcam.offline.sound_file import Samples
from vcam.offline.transcript.subtitles import FORMS, Line
from vcam.schema.errors import VcamError

PEOPLE = ("Zoë", "Person 2", "A&B", "Rest")
SAID = [
    Line(0.0, 0.5, "Person 2: is what the screen says.", speaker="Zoë"),
    Line(0.5, 1.0, "Zoë: you are <muted>.", speaker="Person 2"),
    Line(1.0, 2.0, "word " * 12 + "Zoë: Person 2: " * 2, speaker="A&B"),
    Line(1.5, 2.0, "Zoë, Person 2!", speaker="Rest"),
]
CODECS = {"webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"]}


class Voice:
    """Somebody who hums two seconds."""

    begin = 0

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self._tone = 0.1 * np.sin(np.arange(2 * RATE) * (number / 10))

    def pieces(self) -> Iterator[Samples]:
        yield self._tone[:, None].astype(np.float32)


def meeting(folder: Path, end: str, more: Sequence[object] = (), *words: object) -> Path:
    """A meeting that was taken apart, with its transcripts; the film has `more` inputs in it, of
    which FFmpeg is told these words."""
    target = folder / f"talk.{end}"
    voices = [Voice(name, number) for number, name in enumerate(PEOPLE, 1)]
    with Work(target, "") as work:
        if end == "wav":
            soundfile.write(work.part, next(voices[0].pieces()), RATE)
        else:
            source = recording(folder / f"source.{end}", *more, *CODECS.get(end, H264), *words)
            pipelines = FilmPipelines(AudioPipeline())
            enhance_film(
                pipelines, FilmOptions(sound=None), source, work, lambda _: None, voices=voices
            )
            source.unlink()
        for number, voice in enumerate(voices, 1):
            write_sound(work, cast(PersonSound, voice), number)
        for form, written in FORMS.items():
            work.add(f"talk{form}", written(SAID))
        work.publish()
    return target


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def probed(path: Path) -> str:
    """What FFmpeg says of a film, its packets and all, but for how a muxer numbers tracks; of
    Matroska's without the lengths, which are counted from what its tracks say of a packet."""
    words = ["-show_format", "-show_streams", "-show_chapters", "-show_packets"]
    result = subprocess.run(
        ["ffprobe", "-v", "error", *words, "-show_data_hash", "MD5", path],
        capture_output=True,
        check=True,
        text=True,
    )
    counted = "|duration|duration_ts|TAG:DURATION|bit_rate" if path.suffix == ".mkv" else ""
    return re.sub(rf"(?m)^(id{counted})=.*\n", "", result.stdout)


def titles(path: Path) -> list[str]:
    with av.open(str(path)) as film:
        tags = [track.metadata for track in film.streams.audio]
    return [one.get("title") or one.get("handler_name") or "" for one in tags]


@pytest.fixture
def extras(tmp_path: Path) -> list[object]:
    """Subtitles, chapters, words about the film and a cover, as FFmpeg takes them."""
    (tmp_path / "s.srt").write_text("1\n00:00:00,200 --> 00:00:01,000\nHello.\n")
    chapter = "[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\nEND=2000\ntitle=Second\n"
    (tmp_path / "m.txt").write_text(f";FFMETADATA1\ntitle=Talk\nartist=Us\n{chapter}")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=32x32", "-frames:v", 1, tmp_path / "c.jpg")
    words = ["-i", tmp_path / "s.srt", "-i", tmp_path / "m.txt", "-i", tmp_path / "c.jpg"]
    return [*words, "-map", 0, "-map", 1, "-map", 2, "-map_metadata", 3, "-map_chapters", 3]


KINDS: dict[str, list[object]] = {
    "mp4": ["-sn", "-map", 4, "-c:v:1", "copy", "-disposition:v:1", "attached_pic"],
    "mov": ["-c:s", "mov_text"],
    "mkv": ["-c:s", "subrip", "-metadata:s:t", "mimetype=image/jpeg", "-attach"],
    "webm": ["-c:s", "webvtt"],
}


@pytest.mark.parametrize("end", KINDS)
@pytest.mark.long
def test_nothing_but_the_names_changes_in_a_film(
    tmp_path: Path, extras: list[object], end: str
) -> None:
    (folder := tmp_path / "o").mkdir()
    words = [*KINDS[end], *[tmp_path / "c.jpg"] * (end == "mkv")]
    spoken = ["-metadata:s:a:0", "language=deu", "-disposition:s:0", "forced"]
    film = meeting(folder, end, extras, *spoken, *words)
    before, first = probed(film), titles(film)
    assert first[1:] == [*PEOPLE] and people_in(film) == [*PEOPLE[:-1]]
    rename(film, ["", "Person B"])
    assert probed(film).splitlines() == before.replace("Person 2", "Person B").splitlines()
    assert titles(film) == [first[0], "Zoë", "Person B", "A&B", "Rest"]
    assert people_in(film) == ["Zoë", "Person B", "A&B"]


@pytest.mark.parametrize("end", ["mp4", "wav"])
def test_two_change_their_names(tmp_path: Path, end: str) -> None:
    result = meeting(tmp_path, end)
    before = files(tmp_path)
    rename(result, ["Person 2", "Zoë"])
    assert people_in(result) == ["Person 2", "Zoë", "A&B"]
    after = files(tmp_path)
    assert after.keys() == before.keys()
    assert after["talk - Zoë.flac"] == before["talk - Person 2.flac"]
    assert after["talk - Person 2.flac"] == before["talk - Zoë.flac"]
    if end == "mp4":
        assert titles(result)[1:] == ["Person 2", "Zoë", "A&B", "Rest"]
    else:
        assert after["talk.wav"] == before["talk.wav"]


def test_a_transcript_names_who_speaks_and_leaves_what_is_said(tmp_path: Path) -> None:
    rename(meeting(tmp_path, "wav"), ["Person 2", "C", "D&E"])
    names = {"Zoë": "Person 2", "Person 2": "C", "A&B": "D&E", "Rest": "Rest"}
    said = [line._replace(speaker=names[line.speaker]) for line in SAID]
    for end, written in FORMS.items():
        assert (tmp_path / f"talk{end}").read_text("utf-8") == written(said)


def test_a_transcript_edited_elsewhere_keeps_its_bytes(tmp_path: Path) -> None:
    result = meeting(tmp_path, "wav")
    edited = b"\xef\xbb\xbf1\r\n00:00:00,000 --> 00:00:01,000\r\nZo\xc3\xab: caf\xe9\r\n"
    (tmp_path / "talk.srt").write_bytes(edited)
    rename(result, ["Ann"])
    assert (tmp_path / "talk.srt").read_bytes() == edited.replace(b"Zo\xc3\xab", b"Ann")


def test_the_command_names_people_and_tells_who_is_there(tmp_path: Path) -> None:
    result = meeting(tmp_path, "mp4")
    told = CliRunner().invoke(app, ["voice", "rename", str(result), "--names", "Ann,,Cem"])
    assert told.exit_code == 0 and told.stdout.split("\n") == ["Ann", "Person 2", "Cem", ""]
    assert (tmp_path / "talk - Cem.flac").exists() and not (tmp_path / "talk - A&B.flac").exists()


@pytest.mark.parametrize(
    "names", [["a/b"], ["Person 2"], ["rest"], ["", "", "ZOË"], ["notes"], [*"abcd"]]
)
def test_names_that_cannot_be_are_refused_and_nothing_changes(
    tmp_path: Path, names: list[str]
) -> None:
    result = meeting(tmp_path, "wav")
    (tmp_path / "talk - notes.flac").write_bytes(b"mine")
    before = files(tmp_path)
    with pytest.raises(VcamError):
        rename(result, names)
    assert files(tmp_path) == before


def test_where_nobody_was_told_apart_it_is_said(tmp_path: Path) -> None:
    film = recording(tmp_path / "talk.mp4", *H264)
    (tmp_path / "talk - notes.flac").write_bytes(b"mine")
    told = CliRunner().invoke(app, ["voice", "rename", str(film), "--names", "Ann"])
    assert isinstance(told.exception, VcamError) and "nobody's sound file" in str(told.exception)


def test_of_too_many_names_for_one_person_it_is_said_how_many_there_are(tmp_path: Path) -> None:
    result = meeting(tmp_path, "wav")
    for name in PEOPLE[1:]:
        (tmp_path / f"talk - {name}.flac").unlink()
    with pytest.raises(VcamError, match="2 names are too many; the number of people .* is 1\\."):
        rename(result, ["Ann", "Ben"])


def test_where_a_file_cannot_be_put_in_place_all_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = meeting(tmp_path, "mp4")
    before = files(tmp_path)
    for number in range(11):
        calls = count()

        def replace(
            before: Path, after: Path, calls: Iterator[int] = calls, n: int = number
        ) -> None:
            if next(calls) == n:
                raise PermissionError(13, "it is open in a player")
            os.rename(before, after)

        monkeypatch.setattr(renaming, "os", SimpleNamespace(replace=replace))
        with pytest.raises(VcamError, match="cannot be written"):
            rename(result, ["Person 2", "Zoë"])
        assert files(tmp_path) == before
