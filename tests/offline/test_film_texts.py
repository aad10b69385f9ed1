"""The subtitles of a film: at their times, with their looks, in the kind that the result holds."""

import re
from pathlib import Path

import av
import pytest

from tests.offline.making import H264, ffmpeg, recording
from tests.offline.test_streams import enhance, meeting, probed


def said_in(path: Path, place: Path) -> str:
    """The second text of a film, as SubRip."""
    ffmpeg("-copyts", "-i", path, "-map", "0:s:1", place)
    return place.read_text()


@pytest.mark.parametrize("end, kind", [("mp4", "mov_text"), ("webm", "webvtt")])
@pytest.mark.long
def test_text_becomes_the_films_own_kind_and_a_font_is_said_to_stay_behind(
    tmp_path: Path, end: str, kind: str
) -> None:
    source, target = meeting(tmp_path / "in.mkv"), tmp_path / f"out.{end}"
    said = enhance(source, target)
    assert said[0] == f"{target} is without file 6 (font.ttf), for which it has no place."
    assert len(said) == 1 or (end == "webm" and "encoded anew" in said[1])
    streams = probed(target, "streams")
    texts = [one for one in streams if one["codec_type"] == "subtitle"]
    assert [one["codec_name"] for one in texts] == [kind, kind]
    assert [one["tags"]["language"] for one in texts] == ["eng", "deu"]
    assert said_in(target, tmp_path / "b.srt") == said_in(source, tmp_path / "a.srt")
    titles = [one["tags"]["title"] for one in probed(target, "chapters")]
    assert titles == ["Agenda", "Vote"]


def ass(path: Path, *lines: tuple[int, int, str]) -> Path:
    """Texts, each with its beginning and end in tenths of a second."""
    path.write_text(
        "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, PrimaryColour\n"
        "Style: Default,&HFFFFFF\n\n[Events]\n"
        + "".join(
            f"Dialogue: 0,0:00:00.{begin}0,0:00:00.{end}0,Default,,0,0,0,,{words}\n"
            for begin, end, words in lines
        )
    )
    return path


@pytest.mark.parametrize("codec", ["subrip", "ass"])
def test_texts_that_overlap_stay_at_their_times_in_an_mp4(tmp_path: Path, codec: str) -> None:
    (tmp_path / "in.srt").write_text(
        "1\n00:00:00,200 --> 00:00:01,900\nSign\n\n"
        "2\n00:00:00,500 --> 00:00:01,000\nFirst\n\n"
        "3\n00:00:00,500 --> 00:00:00,800\nSecond\n"
    )
    words = ["-i", tmp_path / "in.srt", "-map", 0, "-map", 1, "-map", 2, *H264]
    source = recording(tmp_path / "in.mkv", *words, "-c:a", "pcm_s16le", "-c:s", codec)
    enhance(source, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert out.duration is not None and out.duration / av.time_base < 2.1
        base = out.streams.subtitles[0].time_base or 0
        shown = {}
        for packet in out.demux(subtitles=0):
            text = bytes(packet)[2 : 2 + int.from_bytes(bytes(packet)[:2], "big")].decode()
            if text:
                begin, length = (packet.pts or 0) * base, (packet.duration or 0) * base
                shown[round(float(begin), 2), round(float(begin + length), 2)] = text.split("\n")
    assert shown == {
        (0.2, 0.5): ["Sign"],
        (0.5, 0.8): ["Sign", "First", "Second"],
        (0.8, 1.0): ["Sign", "First"],
        (1.0, 1.9): ["Sign"],
    }


def test_texts_that_overlap_keep_their_own_looks_and_layers_are_one(tmp_path: Path) -> None:
    texts = ass(
        tmp_path / "in.ass",
        (1, 2, "{\\bord3}Title, with comma"),
        (1, 2, "{\\bord0}Title, with comma"),
        (3, 4, "{\\i1\\b1}it"),
        (3, 4, "plain"),
    )
    kinds = ["-i", texts, "-map", 0, "-map", 1, "-map", 2, *H264, "-c:a", "aac"]
    source = recording(tmp_path / "in.mkv", *kinds, "-c:s", "copy", "-t", 0.5)
    enhance(source, tmp_path / "out.mp4")
    ffmpeg("-i", tmp_path / "out.mp4", tmp_path / "out.srt")
    said = re.sub("</?font.*?>", "", (tmp_path / "out.srt").read_text()).split("\n\n")
    words = [text.split("\n", 2)[2] for text in said if text.strip()]
    assert words == ["Title, with comma", "<b><i>it</i></b>\nplain"]


def test_a_line_without_words_is_left_out_of_a_webm(tmp_path: Path) -> None:
    texts = ass(tmp_path / "in.ass", (1, 2, "Hello"), (2, 3, "{\\an8}"), (3, 4, ""))
    kinds = ["-i", texts, "-map", 0, "-map", 1, "-map", 2, "-c:a", "libopus"]
    source = recording(tmp_path / "in.mkv", *kinds, "-c:v", "libvpx", "-c:s", "copy", "-t", 0.5)
    enhance(source, tmp_path / "out.webm")
    with av.open(str(tmp_path / "out.webm")) as out:
        said = [bytes(packet) for packet in out.demux(subtitles=0) if packet.pts is not None]
    assert said == [b"Hello"]


def test_text_of_mp4_becomes_matroskas(tmp_path: Path) -> None:
    enhance(meeting(tmp_path / "in.mkv"), tmp_path / "in.mp4")
    assert enhance(tmp_path / "in.mp4", tmp_path / "out.mkv") == []
    texts = [
        one for one in probed(tmp_path / "out.mkv", "streams") if one["codec_type"] == "subtitle"
    ]
    assert [one["codec_name"] for one in texts] == ["subrip", "subrip"]
