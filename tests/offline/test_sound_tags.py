"""A sound file's title and speakers stay with it; what has no place in the result is said."""

from pathlib import Path

import av
import pytest

from tests.offline.making import recording
from tests.offline.test_whole_length import enhance

WORDS = {"title": "Song", "artist": "Me", "comment": "über 名"}
TAGGED = [word for key, value in WORDS.items() for word in ("-metadata", f"{key}={value}")]


@pytest.mark.parametrize(
    "source, target",
    [("in.mp3", "out.wav"), ("in.m4a", "out.mp3"), ("in.flac", "out.ogg"), ("in.opus", "out.flac")],
)
def test_the_words_of_a_sound_file_are_kept(tmp_path: Path, source: str, target: str) -> None:
    recording(tmp_path / source, *TAGGED, "-t", 0.5, picture=False)
    assert not enhance(tmp_path / source, tmp_path / target)
    with av.open(str(tmp_path / target)) as made:
        found = made.metadata | made.streams.audio[0].metadata
    assert WORDS.items() <= {key.lower(): value for key, value in found.items()}.items()


def test_a_cover_chapters_and_words_without_a_place_are_said(tmp_path: Path) -> None:
    chapter = "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=one\n"
    (tmp_path / "chapters").write_text(f";FFMETADATA1\nalbum_artist=You\n{chapter}")
    cover = ["-f", "lavfi", "-i", "color=s=16x16:d=0.04", "-i", tmp_path / "chapters"]
    words = ["-map", 0, "-map", 1, "-map_metadata", 2, "-c:v", "mjpeg", "-c:a", "aac"]
    words += ["-disposition:v", "attached_pic"]
    source = recording(tmp_path / "in.m4a", *cover, *words, picture=False)
    (said,) = enhance(source, tmp_path / "out.wav")
    assert "is without cover" in said and ", chapters, tags (album_artist)" in said


@pytest.mark.parametrize(
    "end, layout", [("wav", "quad"), ("wav", "5.1(side)"), ("wav", "7.1"), ("flac", "5.1")]
)
def test_a_wav_says_which_speaker_a_channel_is_for(tmp_path: Path, end: str, layout: str) -> None:
    words = ["-af", f"aformat=channel_layouts={layout}", "-t", 0.5]
    source = recording(tmp_path / f"in.{end}", *words, picture=False)
    enhance(source, tmp_path / "out.wav")
    with av.open(str(tmp_path / "out.wav")) as made:
        assert made.streams.audio[0].layout.name == layout
