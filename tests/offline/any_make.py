"""Recordings of any make, built packet by packet in this process: containers × codecs × tracks ×
what is wrong with their time stamps and bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import soxr
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from hypothesis import strategies as st

from tests.material import spoken

LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 6: "5.1", 8: "7.1"}
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "bf": "2", "tune": "fastdecode"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    # Above 0 its effort depends on the time it takes: not the same packets twice under load.
    "libvpx": {"deadline": "realtime", "cpu-used": "-8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "vorbis": {"strict": "experimental"},
}
_SIZES = {"h263": (128, 96), "dnxhd": (256, 128), "libx265": (96, 64)}
"""What some encoders need."""
_OLD = ("flv1", "wmv1", "msmpeg4v2", "rv20", "mpeg1video", "mpeg2video")


@dataclass(frozen=True)
class Kind:
    """A container: the pictures and sounds that are at home in it, and what it may suffer."""

    format: str
    pictures: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    tracks: int = 1
    surround: bool = False
    text: str | None = None
    faults: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


_MP4 = Kind(
    "mp4",
    ("libx264", "libx265", "mpeg4", "libvpx-vp9"),
    ("aac", "alac", "libmp3lame", "ac3", "libopus", "flac"),
    tracks=3,
    surround=True,
    text="mov_text",
    faults=("late", "ahead", "uneven", "fragments"),
)
_TS = Kind(
    "mpegts",
    ("libx264", "mpeg2video", "libx265"),
    ("aac", "mp2", "ac3", "libmp3lame"),
    tracks=2,
    faults=("late", "ahead", "uneven", "shifted", "jitter", "pause", "joined", "restart", "wrap"),
)
FILMS = {
    "mp4": _MP4,
    "m4v": replace(_MP4, sounds=("aac", "ac3")),
    "mov": replace(
        _MP4,
        format="mov",
        pictures=("libx264", "libx265", "mjpeg", "prores", "qtrle", "dnxhd"),
        sounds=("aac", "alac", "pcm_s16le", "pcm_s24be", "pcm_f32le", "pcm_mulaw", "adpcm_ima_qt"),
    ),
    "3gp": Kind("3gp", ("h263", "libx264", "mpeg4"), ("aac",), faults=("late", "uneven")),
    "mkv": Kind(
        "matroska",
        ("libx264", "libx265", "libvpx", "libvpx-vp9", "ffv1", "mjpeg", "mpeg4", "mpeg2video"),
        ("aac", "libopus", "flac", "pcm_s24le", "vorbis", "ac3", "libmp3lame", "pcm_f32le"),
        tracks=3,
        surround=True,
        text="subrip",
        faults=(
            *("late", "ahead", "uneven", "shifted", "jitter", "pause", "joined", "crashed"),
            "negative",
        ),
    ),
    "webm": Kind(
        "webm",
        ("libvpx", "libvpx-vp9"),
        ("libopus", "vorbis"),
        surround=True,
        text="webvtt",
        faults=("late", "ahead", "uneven", "shifted", "jitter", "joined", "crashed"),
    ),
    "avi": Kind(
        "avi",
        ("libx264", "mpeg4", "mjpeg", "zmbv", "msmpeg4v2", "huffyuv", "utvideo"),
        ("libmp3lame", "pcm_s16le", "ac3", "adpcm_ms", "pcm_mulaw"),
        tracks=2,
    ),
    "ts": _TS,
    "mts": replace(_TS, sounds=("ac3",), options=(("mpegts_m2ts_mode", "1"),)),
    "mpg": Kind(
        "mpeg", ("mpeg1video", "mpeg2video"), ("mp2", "libmp3lame"), faults=("late", "joined")
    ),
    "flv": Kind(
        "flv",
        ("libx264", "flv1", "flashsv"),
        ("aac", "libmp3lame"),
        faults=("late", "uneven", "jitter", "crashed"),
    ),
    "wmv": Kind("asf", ("wmv2", "wmv1", "msmpeg4"), ("wmav2", "wmav1"), faults=("late",)),
    "rm": Kind("rm", ("rv20",), ("ac3",)),
}
SOUNDS = {
    "m4a": Kind("ipod", sounds=("aac", "alac"), faults=("fragments",), surround=True),
    "mp3": Kind("mp3", sounds=("libmp3lame",), faults=("joined",)),
    "aac": Kind("adts", sounds=("aac",), faults=("joined",), surround=True),
    "opus": Kind("ogg", sounds=("libopus",), faults=("joined",), surround=True),
    "ogg": Kind("ogg", sounds=("libopus", "flac", "vorbis"), faults=("joined",)),
    "flac": Kind("flac", sounds=("flac",), faults=("joined",), surround=True),
    "wav": Kind(
        "wav",
        sounds=(
            *("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_mulaw"),
            *("pcm_alaw", "adpcm_ima_wav", "adpcm_ms", "libmp3lame"),
        ),
        surround=True,
    ),
    "aiff": Kind("aiff", sounds=("pcm_s16be", "pcm_s24be"), surround=True),
    "caf": Kind("caf", sounds=("pcm_s16le", "alac", "pcm_s24be"), surround=True),
    "w64": Kind("w64", sounds=("pcm_s16le", "pcm_s24le"), surround=True),
    "au": Kind("au", sounds=("pcm_s16be", "pcm_mulaw")),
    "wma": Kind("asf", sounds=("wmav2",)),
    "mka": Kind("matroska", sounds=("flac", "libopus"), faults=("joined", "crashed")),
}


@dataclass(frozen=True)
class Make:
    """How a recording was made. `sounds` are codecs, a track each."""

    end: str
    picture: str | None
    sounds: tuple[str, ...]
    channels: int = 1
    rate: int = 48_000
    pace: int = 25
    size: tuple[int, int] = (64, 48)
    words: bool = False
    fault: str = "none"

    @property
    def kind(self) -> Kind:
        return (SOUNDS if self.picture is None and self.end in SOUNDS else FILMS)[self.end]

    @property
    def times(self) -> int:
        """How often its packets come in the file."""
        return 2 if self.fault in ("joined", "restart") else 1


@st.composite
def films(draw: Any) -> Make:
    end = draw(st.sampled_from(sorted(FILMS)))
    kind = FILMS[end]
    picture = draw(st.sampled_from(kind.pictures))
    count = draw(st.integers(1, kind.tracks))
    old = picture in _OLD
    fault = draw(st.sampled_from(("none", "cut", *kind.faults)))
    quick = picture == "mpeg1video" or fault in ("joined", "restart")  # half a second is jitter
    return Make(
        end,
        picture,
        tuple(draw(st.sampled_from(kind.sounds)) for _ in range(count)),
        draw(st.sampled_from([1, 2, 6, 8] if kind.surround and count == 1 else [1, 2])),
        draw(st.sampled_from([48_000, 48_000, 44_100])),
        draw(st.sampled_from((25, 30, 50) if quick else (10, 25, 30, 50))),
        draw(st.sampled_from([(64, 48), (66, 50), (48, 64)])) if not old else (64, 48),
        draw(st.booleans()) if kind.text else False,
        fault,
    )


@st.composite
def sounds(draw: Any) -> Make:
    end = draw(st.sampled_from(sorted(SOUNDS)))
    kind = SOUNDS[end]
    codec = draw(st.sampled_from(kind.sounds))
    rates = [48_000, 44_100, 32_000]
    if codec.startswith(("pcm", "flac", "alac")) and kind.format != "ogg":
        rates += [8_000, 16_000, 96_000]
    return Make(
        end,
        None,
        (codec,),
        draw(st.sampled_from([1, 2, 6, 8] if kind.surround else [1, 2])),
        draw(st.sampled_from(rates)),
        fault=draw(st.sampled_from(("none", "cut", *kind.faults))),
    )


LENGTH = 0.6
"""Seconds of one piece."""


def made(make: Make, path: Path) -> Path:
    """Writes the recording. One that is joined, or begins anew, is two of its kind."""
    written(make, path)
    if make.fault == "joined":
        path.write_bytes(path.read_bytes() * 2)
    elif make.fault == "restart":
        second = path.with_name("second")
        written(make, second, 700.0)
        path.write_bytes(path.read_bytes() + second.read_bytes())
        second.unlink()
    elif make.fault == "crashed":
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 9 // 10])
    elif make.fault == "cut":
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 7 // 10 | 1])
    return path


def written(make: Make, path: Path, later: float = 0.0) -> Path:
    """As it was before anything was cut off or put behind it."""
    kind, options = make.kind, dict(make.kind.options)
    options |= {
        "shifted": {"output_ts_offset": "5000"},
        "wrap": {"output_ts_offset": "95443.3"},
    }.get(make.fault, {})
    if make.fault == "fragments":
        options["movflags"] = "frag_keyframe+delay_moov+default_base_moof"
    if make.fault == "cut" and kind.format in ("mp4", "mov", "ipod", "3gp"):
        options["movflags"] = "faststart"
    if make.fault == "cut" and kind.format == "ogg":
        options["page_duration"] = "50000"
    if make.fault == "crashed" and kind.format in ("matroska", "webm"):
        options["live"] = "1"
    with av.open(str(path), "w", format=kind.format, container_options=options) as out:
        streams: list[tuple[Stream, list[Packet]]] = []
        if make.picture is not None:
            streams.append(_pictured(out, make))
        for number, codec in enumerate(make.sounds):
            streams.append(_sounded(out, make, codec, number))
        if make.words and kind.text:
            streams.append(_worded(out, kind.text))
        timed = [(_time(p), n, p) for n, (_, packets) in enumerate(streams) for p in packets]
        chance = np.random.default_rng(0)
        for _, number, packet in sorted(timed, key=lambda one: one[:2]):
            stream = streams[number][0]
            packet.stream = stream
            by = later + _moved(make, stream.type, _time(packet), chance)
            ticks = round(by / (packet.time_base or 1))
            packet.pts = packet.pts + ticks if packet.pts is not None else None
            packet.dts = packet.dts + ticks if packet.dts is not None else None
            out.mux(packet)
    return path


def _moved(make: Make, kind: str, time: float, chance: np.random.Generator) -> float:
    """By how many seconds a packet is off."""
    if make.fault == "late" and kind == "audio":
        return 0.3
    if make.fault == "ahead" and kind != "audio":
        return 0.3
    if make.fault == "negative":
        return -0.1
    if make.fault == "uneven" and kind == "video":
        return 0.4 * time**2
    if make.fault == "jitter" and kind == "audio":
        return float(chance.uniform(0, 0.009))
    if make.fault == "pause" and kind == "audio" and time > LENGTH / 2:
        return 0.5
    return 0.0


def _time(packet: Packet) -> float:
    ticks = packet.pts if packet.dts is None else packet.dts
    return float((ticks or 0) * (packet.time_base or 0))


def _pictured(out: OutputContainer, make: Make) -> tuple[Stream, list[Packet]]:
    assert make.picture is not None
    size = _SIZES.get(make.picture, make.size)
    options = dict(_OPTIONS.get(make.picture, {}))
    if make.end == "avi":
        options["bf"] = "0"  # AVI has no times of showing
    stream = cast(VideoStream, out.add_stream(make.picture, rate=make.pace, options=options))
    stream.width, stream.height = size
    stream.codec_context.thread_count = 1  # several cost more than such small pictures
    formats = [one.name for one in stream.codec_context.codec.video_formats or []]
    known = ("yuvj420p", "yuv420p") if make.picture == "mjpeg" else ("yuv420p", "bgr0")
    stream.pix_fmt = next((one for one in known if one in formats), formats[0])
    if make.picture == "dnxhd":
        stream.pix_fmt, stream.codec_context.options = "yuv422p", {"profile": "dnxhr_sq"}
    rows, columns = np.mgrid[: size[1], : size[0]]
    packets: list[Packet] = []
    for number in range(round(LENGTH * make.pace)):
        grey = (columns * 3 + rows * 2 + number * 9) % 256
        picture = np.stack([grey, 255 - grey, rows * 4 % 256], -1).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, make.pace)
        packets += stream.encode(frame)
    return stream, [*packets, *stream.encode()]


def _sounded(
    out: OutputContainer, make: Make, codec: str, number: int
) -> tuple[Stream, list[Packet]]:
    channels = (
        min(make.channels, 2)
        if codec in ("vorbis", "libmp3lame") or codec.startswith(("adpcm", "wma"))
        else make.channels
    )
    if codec == "vorbis":
        channels = 2
    if codec in ("ac3", "alac") and channels == 8:
        channels = 6
    rate = 48_000 if codec == "libopus" or make.end == "mts" else make.rate
    options = dict(_OPTIONS.get(codec, {}))
    stream = cast(AudioStream, out.add_stream(codec, rate=rate, options=options))
    stream.layout = LAYOUTS[channels]
    if codec.startswith("wma"):
        stream.bit_rate = 96_000
    stream.metadata["language"] = ("eng", "deu", "fra")[number]
    voice = _voice(rate)
    sound = np.stack([voice * (1 if one == number % channels else -0.4) for one in range(channels)])
    packets: list[Packet] = []
    step = 1024 if codec.startswith("pcm") else sound.shape[1]
    for begin in range(0, sound.shape[1], step):
        part = np.ascontiguousarray(sound[:, begin : begin + step].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=LAYOUTS[channels])
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), begin
        packets += stream.encode(frame)
    return stream, [*packets, *stream.encode()]


@lru_cache
def _voice(rate: int) -> np.ndarray:
    return soxr.resample(spoken(LENGTH), 48_000, rate).astype(np.float32)


def _worded(out: OutputContainer, codec: str) -> tuple[Stream, list[Packet]]:
    stream = out.add_mux_stream(codec)
    stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = "eng"
    packets = []
    for begin in (100, 500):
        data = f"words at {begin}".encode()
        if codec == "mov_text":
            data = len(data).to_bytes(2, "big") + data
        packet = Packet(data)
        packet.pts = packet.dts = begin
        packet.duration, packet.time_base = 200, Fraction(1, 1000)
        packets.append(packet)
    return stream, packets
