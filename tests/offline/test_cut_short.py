"""Recordings that were cut off: what is there comes out, and what is missing is said once."""

import struct
from pathlib import Path

import pytest

from tests.offline.any_make import Make, made, written
from tests.offline.making import hashes, recording
from tests.offline.test_any_film import tracks_of
from tests.offline.test_streams import enhance as enhance_film
from tests.offline.test_whole_length import enhance as enhance_sound
from tests.program import vcam
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

PLAIN = EnhanceOptions(settings=for_recordings(lips="off", strength=0))
FILMS = (
    ("mp4", "libx264", "aac"),
    ("mov", "mjpeg", "pcm_s16le"),
    ("mkv", "libx264", "aac"),
    ("webm", "libvpx", "libopus"),
    ("avi", "mpeg4", "libmp3lame"),
    ("flv", "libx264", "libmp3lame"),
    ("wmv", "msmpeg4", "wmav2"),
    ("ts", "libx264", "aac"),
    ("mpg", "mpeg2video", "mp2"),
)
SOUNDS = (
    *(("wav", codec) for codec in ("pcm_s24le", "pcm_f32le", "adpcm_ms", "pcm_mulaw")),
    *(("aiff", "pcm_s16be"), ("caf", "pcm_s16le"), ("w64", "pcm_s16le"), ("au", "pcm_s16be")),
    *(("flac", "flac"), ("mp3", "libmp3lame"), ("m4a", "aac"), ("wma", "wmav2"), ("mka", "flac")),
    *(("ogg", "vorbis"), ("opus", "libopus")),
)
SAYS_NOTHING_OF_ITS_LENGTH = ("ts", "mpg", "ogg", "opus")


def decodable(path: Path, kind: str) -> float:
    """Seconds of the first stream of a kind that FFmpeg decodes."""
    track = next(one for one in tracks_of(path) if one.kind == kind)
    return track.end - track.begin


def both(end: str, picture: str | None, sound: str, folder: Path) -> tuple[Path, Path]:
    """A recording whose head says all, and one of which a third was cut off."""
    make = Make(end, picture, (sound,), fault="cut")
    return written(make, folder / f"whole.{end}"), made(make, folder / f"in.{end}")


@pytest.mark.parametrize("end, picture, sound", FILMS)
def test_a_film_that_was_cut_off(tmp_path: Path, end: str, picture: str, sound: str) -> None:
    whole, source = both(end, picture, sound, tmp_path)
    target = tmp_path / f"out.{'wmv' if end == 'wmv' else 'mkv'}"
    assert not enhance_film(whole, target.with_stem("o"))
    (said,) = enhance_film(source, target)
    assert "breaks off after 0." in said
    assert ("of 0." in said) != (end in SAYS_NOTHING_OF_ITS_LENGTH)
    for kind in ("audio", "video"):
        assert abs(decodable(target, kind) - decodable(source, kind)) < 0.05


@pytest.mark.parametrize("end, codec", SOUNDS)
def test_a_sound_file_that_was_cut_off(tmp_path: Path, end: str, codec: str) -> None:
    whole, source = both(end, None, codec, tmp_path)
    assert not enhance_sound(whole, tmp_path / "o.wav")
    (said,) = enhance_sound(source, tmp_path / "out.wav")
    assert "breaks off after 0." in said
    assert ("of 0." in said) != (end in SAYS_NOTHING_OF_ITS_LENGTH)
    assert abs(decodable(tmp_path / "out.wav", "audio") - decodable(source, "audio")) < 0.05


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share) | 1])
    return path


@pytest.mark.parametrize("end", ["wv", "tta"])
def test_a_sound_file_in_long_pieces_that_was_cut_off(tmp_path: Path, end: str) -> None:
    source = recording(tmp_path / f"in.{end}", picture=False)
    assert not enhance_sound(source, tmp_path / "o.wav")
    (said,) = enhance_sound(cut(source, 0.7), tmp_path / "out.wav")
    assert "breaks off after 1.0 of 2.0" in said
    with pytest.raises(VcamError, match="cannot be read as sound"):
        enhance_sound(cut(source, 0.2), tmp_path / "none.wav")


def test_an_ogg_that_breaks_off_in_its_head_is_refused(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.ogg", "-c:a", "libvorbis", picture=False)
    source.write_bytes(source.read_bytes()[:3500])
    with pytest.raises(VcamError, match="cannot be read as sound"):
        enhance_sound(source, tmp_path / "out.wav")


@pytest.mark.parametrize(
    "name, words",
    [
        ("in.wav", ["-c:a", "libmp3lame"]),
        ("in.wav", ["-c:a", "adpcm_ms"]),
        ("in.wav", ["-c:a", "pcm_s16le", "-rf64", "always"]),
        ("in.flac", ["-af", "pan=7.1|c0=c0|c7=c0"]),
    ],
)
def test_the_seconds_that_are_told_are_right(
    tmp_path: Path, name: str, words: list[object]
) -> None:
    source = cut(recording(tmp_path / name, *words, picture=False), 0.6)
    (said,) = enhance_sound(source, tmp_path / "out.wav")
    length = decodable(tmp_path / "out.wav", "audio")
    assert f"breaks off after {length:.1f} of 2.0" in said


@pytest.mark.parametrize("end, codec", [("ts", "libx264"), ("mpg", "mpeg2video")])
def test_sound_alone_of_a_film_breaks_off_where_the_sound_does(
    tmp_path: Path, end: str, codec: str
) -> None:
    source = recording(tmp_path / f"in.{end}", "-c:v", codec, "-bf", 0, "-c:a", "mp2")
    (said,) = enhance_sound(cut(source, 0.6), tmp_path / "out.wav")
    assert f"after {decodable(tmp_path / 'out.wav', 'audio'):.1f} seconds" in said


def test_what_is_missing_is_told_as_a_reason(tmp_path: Path) -> None:
    source = made(Make("mp4", "libx264", ("aac",), fault="cut"), tmp_path / "in.mp4")
    (result,) = enhance_files([source], tmp_path / "o", PLAIN)
    (note,) = result.notes
    assert result.error is None and note.key == "enhance.cut_short" and note.severity == "degraded"
    assert float(note.values["seen"]) < 0.5 and note.values["length"] == "0.6"


def test_a_script_is_told_that_something_is_missing(tmp_path: Path) -> None:
    whole, source = both("wav", None, "pcm_s16le", tmp_path)
    plain = ("enhance", "--no-lips", "--set", "denoiser=fast")
    assert vcam(*plain, whole, "-o", tmp_path / "o.wav").returncode == 0
    told = vcam(*plain, source, "-o", tmp_path / "out.wav")
    assert told.returncode == 1 and "breaks off after 0.4 of 0.6" in told.stderr
    assert told.stdout == f"{tmp_path / 'out.wav'}\n" and (tmp_path / "out.wav").exists()


def test_a_cut_within_the_sound_costs_no_picture_that_lies_before_it(tmp_path: Path) -> None:
    source = stored_apart(
        written(Make("mp4", "libx264", ("aac",), fault="cut"), tmp_path / "in.mp4")
    )
    whole = hashes(source)
    data = source.read_bytes()
    source.write_bytes(data[: len(data) - 3000])
    for superres in (1, 2):
        target = tmp_path / f"{superres}.mkv"
        (said,) = enhance_film(source, target, superres)
        assert "breaks off after" in said and "of 0.6" in said
        assert len(hashes(target)) == len(whole)
    assert hashes(tmp_path / "1.mkv") == whole


def stored_apart(path: Path) -> Path:
    """The same MP4 with all packets of the first track before those of the second."""
    data = bytearray(path.read_bytes())
    tables, place = [], 0
    while (place := data.find(b"stco", place) + 4) > 3:
        (count,) = struct.unpack_from(">I", data, place + 4)
        tables.append((place + 8, struct.unpack_from(f">{count}I", data, place + 8)))
    chunks = sorted(chunk for _, table in tables for chunk in table)
    ends = dict(zip(chunks, [*chunks[1:], len(data)], strict=True))
    begin, moved = chunks[0], bytearray()
    for place, table in tables:
        for number, chunk in enumerate(table):
            struct.pack_into(">I", data, place + 4 * number, begin + len(moved))
            moved += data[chunk : ends[chunk]]
    data[begin:] = moved
    path.write_bytes(data)
    return path
