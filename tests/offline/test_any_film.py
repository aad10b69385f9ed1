"""Recordings of any make: all of it comes out, and what is not touched is not touched.

`make test-long` tries 500 of them, `make soak` 5,000.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.container import InputContainer
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.offline.any_make import Make, films, made, sounds
from tests.program import vcam
from vcam.media_file.channels import usual_order

TRIES = int(os.environ.get("VCAM_FILMS", "16"))
FIRST = int(os.environ.get("VCAM_FIRST", "0"))
"""The first seed."""
SHARDS = 4
OFF = 0.05
"""Seconds that a film, or each piece of a joined one, may be off."""
HOW: dict[str, list[object]] = {
    "cleaned": [],
    "through": ["--strength", 0],  # the same way, and the network rests
    "drawn": ["--no-denoise", "--set", "brightness=on"],
}
FILM: list[tuple[str, str | None]] = [(how, None) for how in HOW] + [
    *[("through", end) for end in ("wav", "mkv", "mp4", "mov", "webm")],
    ("drawn", "mkv"),
]
SOUND: list[tuple[str, str | None]] = [("cleaned", None), ("through", None), ("through", None)]
FOUND: list[tuple[Make, str, str | None]] = [
    # The last picture of a fragmented film has no length.
    (Make("mp4", "libvpx-vp9", ("aac",), 2, pace=10, fault="fragments"), "through", None),
    (Make("wmv", "msmpeg4", ("wmav2",), 2, 44_100, 10), "through", "mov"),
    # Sound that the target cannot hold as it is.
    (Make("wmv", "wmv2", ("wmav2",), 2), "drawn", None),
    (Make("ts", "mpeg2video", ("ac3",), 2, pace=30, fault="wrap"), "through", "mp4"),
    # More is left out at the end than the last packet has.
    (Make("ogg", None, ("vorbis",)), "through", None),
    # FFmpeg guesses the length of what a crashed recorder left by bit rates.
    (Make("mkv", "mjpeg", ("flac", "ac3", "flac"), fault="crashed"), "through", None),
    # Two tracks that both go on in the next piece.
    (Make("mkv", "libvpx", ("ac3", "ac3"), 1, 44_100, fault="joined"), "through", None),
    (Make("caf", None, ("pcm_s16le",), 8, 16_000), "through", None),
    (Make("mov", "mjpeg", ("pcm_s16le",), 8), "drawn", None),
    # The codec's tag alone says what colours it has.
    (Make("avi", "utvideo", ("pcm_s16le",)), "through", None),
    # Nothing tells when the first pictures are decoded.
    (Make("mkv", "libx264", ("aac",)), "through", None),
    # Nothing before the cut can be decoded.
    (Make("m4a", None, ("alac",), 8, 8_000, fault="cut"), "through", None),
]
"""What once failed."""
SAYABLE = {f"enhance.{key}" for key in ("left_out", "encoded_anew", "lowered", "track")}
"""Of a recording that is whole."""
_PASSED, _CUT = {"enhance.passed_over"}, {"enhance.cut_short", "enhance.breaks_off"}
SAYABLE_OF = {
    "joined": _PASSED,
    "restart": _PASSED,
    "crashed": _PASSED | _CUT,
    "cut": _PASSED | _CUT,
}


@dataclass
class Track:
    """What a player gets of a stream; `begin`, `end` and `shown`, its pictures, in seconds,
    `pieces` are its packets."""

    number: int
    kind: str
    begin: float = np.inf
    end: float = -np.inf
    peak: float = 0.0
    shown: list[float] = field(default_factory=list)
    colours: str = ""
    pieces: list[bytes] = field(default_factory=list)


def tracks_of(path: Path) -> list[Track]:
    with av.open(str(path)) as container:
        for sound in container.streams.audio:
            usual_order(sound)
        found = [Track(stream.index + 1, stream.type) for stream in container.streams]
        for packet in demuxed(container):
            stream, track = packet.stream, found[packet.stream.index]
            if packet.size:
                track.pieces += pieces_of(bytes(packet), stream.codec_context.name)
            if stream.type not in ("audio", "video"):
                continue
            for frame in decoded(packet):
                length = 0.0
                if isinstance(frame, av.AudioFrame):
                    length = frame.samples / frame.sample_rate
                    track.peak = max(track.peak, loudest(frame))
                else:
                    track.colours = frame.format.name
                time = track.end if frame.time is None else frame.time
                if stream.type == "video":
                    track.shown.append(time)
                track.begin, track.end = min(track.begin, time), max(track.end, time + length)
    return found


def demuxed(container: InputContainer) -> Iterator[av.Packet]:
    avi = container.format.name == "avi"
    with suppress(av.FFmpegError):  # where the recording broke off
        for packet in container.demux():
            if avi and packet.stream.codec_context.name == "h264":
                packet.pts = packet.dts  # FFmpeg has each picture shown one later
            yield packet


def decoded(packet: av.Packet) -> list[av.AudioFrame | av.VideoFrame]:
    try:
        return cast(list[av.AudioFrame | av.VideoFrame], packet.decode())
    except av.FFmpegError:  # where the recording broke off
        return []


def loudest(frame: av.AudioFrame) -> float:
    """Packed: PyAV 18 reads past the end of a frame's 8 pointers to planes."""
    parts = av.AudioResampler("flt").resample(frame)
    return max((float(np.abs(part.to_ndarray()).max()) for part in parts), default=0.0)


def same(pieces: list[bytes], others: list[bytes]) -> bool:
    """Samples that are not packed may be parted anywhere."""
    return pieces == others or b"".join(pieces) == b"".join(others)


def pieces_of(data: bytes, codec: str) -> list[bytes]:
    """A packet's content, however the container frames it."""
    parts = [data]
    if codec in ("h264", "hevc"):
        parts = units(data)
    if codec == "hevc":  # an MP4 has the parameter sets in its head alone
        parts = [part for part in parts if part[0] >> 1 not in range(32, 36)]
    elif codec == "aac" and data[:1] == b"\xff" and data[1] & 0xF6 == 0xF0:
        parts = [data[7 if data[1] & 1 else 9 :]]
    return parts


def units(data: bytes) -> list[bytes]:
    """The NAL units of a packet, after their lengths or from between start codes."""
    found, place = [], 0
    while place + 4 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        found.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    if place != len(data):
        found = data.split(b"\0\0\1")
    return [part.rstrip(b"\0") for part in found if part.rstrip(b"\0")]


def playable(path: Path) -> bool:
    try:
        return any(track.shown or track.peak for track in tracks_of(path))
    except av.FFmpegError:
        return False


def enhanced(source: Path, out: Path, how: str) -> tuple[dict[str, Any], Path]:
    """What is said of a recording that has to succeed, and the one file that is there then."""
    result = vcam("enhance", "--json", "--no-lips", *HOW[how], "-o", out, "--", source)
    said = json.loads(result.stdout.splitlines()[-1])
    less = any(note["severity"] == "degraded" for note in said["notes"])
    assert result.returncode == less, result
    assert said["error"] is None and said["missing"] is None, result
    (target,) = (out if out.is_dir() else out.parent).iterdir()
    assert str(target) == said["target"]
    return {note["key"]: note["values"] for note in said["notes"]}, target


def check(make: Make, how: str, end: str | None, folder: Path) -> None:
    source = made(make, folder / f"in.{make.end}")
    whole = source if make.times == 1 else made(replace(make, fault="none"), folder / "one")
    (folder / "o").mkdir()
    if not playable(source):  # it was cut off before anything that can be decoded
        assert make.fault == "cut" and vcam("enhance", "-o", folder / "o", source).returncode == 1
        return
    said, target = enhanced(source, folder / "o" / f"out.{end}" if end else folder / "o", how)
    broken = set(said) - SAYABLE
    assert broken <= SAYABLE_OF.get(make.fault, set()), said
    assert make.fault != "cut" or make.end == "aac" or len(broken) == 1, said
    before = [one for one in tracks_of(whole) if one.kind in ("audio", "video")]
    after = [one for one in tracks_of(target) if one.kind in ("audio", "video")]
    length = max(one.end - one.begin + (one.kind == "video") / make.pace for one in before)
    if target.suffix == ".wav":
        before = [one for one in before if one.kind == "audio"]
        before = [before[said["enhance.track"]["number"] - 1]] if len(before) > 1 else before
    assert Counter(one.kind for one in before) == Counter(one.kind for one in after)
    begin, begun = (min(one.begin for one in some) for some in (before, after))
    torn = make.fault == "cut"  # its last packet
    anew = said.get("enhance.encoded_anew", {}).get("names", "")
    for kind in ("audio", "video"):
        pairs = ([one for one in some if one.kind == kind] for some in (before, after))
        for old, new in zip(*pairs, strict=True):
            late = (new.begin - begun) - (old.begin - begin)
            longer = (new.end - begun) - (old.end - begin) - (make.times - 1) * length
            off = OFF * make.times + torn / make.pace
            assert abs(late) < OFF and abs(longer) < off, (kind, late, longer)
            assert len(new.shown) in (len(old.shown) * make.times, len(old.shown) - torn)
            if make.times == 1:
                pairs_shown = zip(new.shown, old.shown, strict=not torn)
                assert all(abs((a - begun) - (b - begin)) < OFF for a, b in pairs_shown)
            assert kind == "video" or new.peak > 0.3 * old.peak > 0.01
            touched = kind == ("video" if how == "drawn" else "audio") or f" {old.number} " in anew
            assert touched or old.colours == new.colours
            pieces = old.pieces * make.times
            assert touched or same(*(some[: len(pieces) - torn] for some in (pieces, new.pieces)))


def run(makes: st.SearchStrategy[Make], hows: list[tuple[str, str | None]], shard: int) -> None:
    @seed(FIRST + shard)
    @settings(
        max_examples=-(-TRIES // (2 * SHARDS)),
        deadline=None,
        database=None,
        phases=[Phase.generate],  # films are small; making them smaller still takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(makes, st.sampled_from(hows))
    def one(make: Make, how: tuple[str, str | None]) -> None:
        if make.channels > 2 and how[0] == "cleaned":  # each goes through the network by itself
            how = "through", how[1]
        with tempfile.TemporaryDirectory() as folder:
            check(make, *how, Path(folder))

    one()


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_film_of_any_make_comes_out_whole(shard: int) -> None:
    run(films(), FILM, shard)


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_sound_file_of_any_make_comes_out_whole(shard: int) -> None:
    run(sounds(), SOUND, shard)


@pytest.mark.parametrize("make, how, end", FOUND)
def test_what_once_was_lost_comes_out_whole(
    tmp_path: Path, make: Make, how: str, end: str | None
) -> None:
    check(make, how, end, tmp_path)
