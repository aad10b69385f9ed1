"""All of a recording comes out, wherever its pieces, its headers and its time stamps end."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from tests.offline.making import H264, ffmpeg, recording, seconds
from tests.offline.test_streams import enhance as enhance_film
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.denoise import DenoiseStage
from vcam.audio.stages.order import AudioOptions
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.sound import enhance_file
from vcam.offline.transcript import speech
from vcam.schema.errors import VcamError

RATE = 48_000


def enhance(source: Path, target: Path) -> list[str]:
    with Work(target, "") as work:
        said = enhance_file(AudioPipeline(), AudioOptions(), source, work, lambda done: None)
        work.publish()
    return [str(reason) for reason in said]


def heard(source: Path, end: str = "wav") -> float:
    """Seconds of the result; the transcript has to hear as much."""
    target = source.with_name(f"out.{end}")
    enhance(source, target)
    length = soundfile.info(target).duration
    target.unlink()
    listened = sum(map(len, speech.sound_of(source, film=False))) / speech.RATE
    assert abs(listened - length) < 0.1
    return length


def joined(path: Path, *pieces: Path) -> Path:
    path.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    return path


def sound(path: Path, *words: object) -> Path:
    return recording(path, *words, picture=False)


@pytest.mark.parametrize(
    "name, first, second",
    [
        ("a.mp3", ["-c:a", "mp3"], ["-c:a", "mp3"]),
        ("a.mp3", ["-c:a", "mp3", "-ac", 1], ["-c:a", "mp3", "-ac", 2]),
        ("a.mp3", ["-c:a", "mp3", "-ar", 22_050], ["-c:a", "mp3", "-ar", 44_100]),
        ("a.opus", ["-c:a", "libopus"], ["-c:a", "libopus", "-ac", 2]),
        ("a.ogg", ["-c:a", "libvorbis"], ["-c:a", "libvorbis"]),
        ("a.aac", ["-c:a", "aac"], ["-c:a", "aac", "-ac", 2]),
        ("a.flac", ["-c:a", "flac"], ["-c:a", "flac"]),
        ("a.webm", ["-c:a", "libopus"], ["-c:a", "libopus"]),
        ("a.ts", ["-c:a", "aac"], ["-c:a", "mp3"]),
    ],
)
def test_pieces_put_one_behind_the_other_are_one_recording(
    tmp_path: Path, name: str, first: list[object], second: list[object]
) -> None:
    end = name.split(".")[1]
    pieces = [
        sound(tmp_path / f"{number}.{end}", *words, "-t", 0.8)
        for number, words in enumerate((first, first if end == "ts" else second))
    ]
    lengths = sum(seconds(piece) for piece in pieces)
    assert abs(heard(joined(tmp_path / name, *pieces)) - lengths) < 0.1


@pytest.mark.parametrize(
    "end, codec", [("webm", "libvpx"), ("ts", "libx264"), ("mpg", "mpeg2video")]
)
@pytest.mark.long
def test_films_put_one_behind_the_other_are_one_film(tmp_path: Path, end: str, codec: str) -> None:
    words = ["-c:v", codec, "-c:a", "libopus" if end == "webm" else "mp2", "-t", 1]
    piece = recording(tmp_path / f"1.{end}", *words)
    source = joined(tmp_path / f"in.{end}", piece, piece, piece)
    for target, superres in (("copied.mkv", 1), ("drawn.mkv", 2)):
        enhance_film(source, tmp_path / target, superres)
        assert abs(seconds(tmp_path / target) - 3) < 0.15
        assert abs(seconds(tmp_path / target, "video") - 3) < 0.2
        with av.open(str(tmp_path / target)) as out:
            assert sum(1 for _ in out.decode(video=0)) >= 72


def test_b_pictures_that_are_seconds_apart_are_no_new_beginning(tmp_path: Path) -> None:
    words = ["-f", "lavfi", "-i", "testsrc=s=64x48:r=1:d=6", "-f", "lavfi", "-i", "sine=d=6"]
    ffmpeg(*words, "-c:v", "libx264", "-bf", 2, "-c:a", "aac", tmp_path / "in.mkv")
    with av.open(str(tmp_path / "in.mkv")) as film:
        assert [packet.pts for packet in film.demux(video=0)][:3] != [0, 1000, 2000]
    enhance_film(tmp_path / "in.mkv", tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as film:
        times = np.array([frame.time for frame in film.decode(video=0)])
    np.testing.assert_allclose(times - times[0], [0, 1, 2, 3, 4, 5], atol=1e-3)


def test_a_lost_packet_is_passed_over_and_said(tmp_path: Path) -> None:
    piece = recording(tmp_path / "1.ts", *H264, "-g", 5, "-c:a", "aac").read_bytes()
    middle = len(piece) // 376 * 188
    (tmp_path / "in.ts").write_bytes(piece[:middle] + piece[middle + 188 * 2 :])
    for superres in (1, 2):
        said = enhance_film(tmp_path / "in.ts", tmp_path / f"{superres}.mkv", superres)
        assert len(said) == 1 and "passed over" in said[0]
        assert abs(seconds(tmp_path / f"{superres}.mkv") - 2) < 0.1


def test_much_that_is_lost_is_an_error(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.mkv", *H264, "-c:a", "aac", "-map", 1, "-map", 1)
    with av.open(str(source)) as film, av.open(str(tmp_path / "bad.mkv"), "w") as out:
        track = out.add_stream_from_template(film.streams[0])
        for number, packet in enumerate(film.demux(film.streams[0])):
            if packet.size and 20 < number < 80:
                broken = av.Packet(b"\xff" * packet.size)
                broken.pts, broken.dts, broken.duration = packet.pts, packet.dts, packet.duration
                broken.time_base, packet = packet.time_base, broken
            if packet.size:
                packet.stream = track
                out.mux(packet)
    with pytest.raises(VcamError, match="damaged after"):
        enhance_film(tmp_path / "bad.mkv", tmp_path / "out.mkv")
    with pytest.raises(VcamError, match="damaged after"):
        enhance(tmp_path / "bad.mkv", tmp_path / "out.wav")
    assert not list(tmp_path.glob("out*")) and not list(tmp_path.glob(".*"))


def wav(path: Path, size: int | None, *, form: str = "PCM_16", tail: bytes = b"") -> Path:
    """One second; its header claims `size` bytes of sound."""
    tone = 0.3 * np.sin(np.arange(RATE) / 20)
    soundfile.write(path, tone, RATE, subtype=form)
    data = bytearray(path.read_bytes()) + tail
    place = data.find(b"data")
    if size is not None:
        data[4:8] = struct.pack("<I", min(size and size + 36, 0xFFFFFFFF))
        data[place + 4 : place + 8] = struct.pack("<I", size)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("size", [0, 48_000, 0xFFFFFFFF, 0x7FFFF000])
def test_a_crashed_recorders_header_is_not_believed(tmp_path: Path, form: str, size: int) -> None:
    source = wav(tmp_path / "in.wav", size, form=form)
    assert heard(source) == pytest.approx(1, abs=0.01)
    enhance(source, tmp_path / "out.wav")
    assert soundfile.info(tmp_path / "out.wav").subtype == form


@pytest.mark.parametrize("size", [0, 48_000, -8])
@pytest.mark.parametrize(
    "name, form, place, kind",
    [
        ("in.aiff", "PCM_16", (b"SSND", 4), ">I"),
        ("in.caf", "PCM_16", (b"data", 4), ">q"),
        ("in.caf", "PCM_24", (b"data", 4), ">q"),
        ("in.au", "PCM_16", (b".snd", 8), ">I"),
        ("in.w64", "PCM_16", (b"data", 16), "<Q"),
    ],
)
def test_other_headers_are_not_believed_either(
    tmp_path: Path, name: str, form: str, place: tuple[bytes, int], kind: str, size: int
) -> None:
    tone = 0.3 * np.sin(np.arange(RATE) / 20)
    soundfile.write(tmp_path / name, tone, RATE, subtype=form)
    data = bytearray((tmp_path / name).read_bytes())
    bits = 8 * struct.calcsize(kind)
    said = size if kind == ">q" else size % (1 << bits)
    struct.pack_into(kind, data, data.find(place[0]) + place[1], said)
    frames = data.find(b"COMM") + 10
    if name == "in.aiff":
        struct.pack_into(">I", data, frames, max(0, size) // 2)
    (tmp_path / name).write_bytes(data)
    assert heard(tmp_path / name) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("end", ["aiff", "caf"])
def test_what_follows_the_sound_in_other_whole_files_is_no_sound(tmp_path: Path, end: str) -> None:
    source = sound(tmp_path / f"in.{end}", "-c:a", "pcm_s16be")
    size = struct.pack({"aiff": ">I", "caf": ">q"}[end], 1000)
    tail = b"free" + size + bytes(range(250)) * 4
    source.write_bytes(source.read_bytes() + tail)
    assert heard(source) == 2.0


@pytest.mark.parametrize("size", [-12, -(1 << 62), (1 << 63) - 1])
@pytest.mark.parametrize("end", ["caf", "w64", "m4a"])
def test_no_size_of_a_chunk_holds_up(tmp_path: Path, end: str, size: int) -> None:
    path = tmp_path / f"in.{end}"
    head = struct.pack(">4sqq" if end == "caf" else "<4s12xqq", b"free", size, size)
    start = {"caf": b"caff\0\1\0\0", "w64": b"riff".ljust(40), "m4a": b"\0\0\0\1ftyp"}[end]
    path.write_bytes(start + head * 3)
    with pytest.raises(VcamError):
        enhance(path, tmp_path / "out.wav")


def test_a_flac_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    source = sound(tmp_path / "in.flac", "-c:a", "flac")
    data = bytearray(source.read_bytes())
    data[21] &= 0xF0
    data[22:42] = bytes(20)  # the count of samples and the checksum
    source.write_bytes(data)
    assert heard(source) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("name", ["in.m4a", "in.mp4", "in.mov"])
@pytest.mark.parametrize("rest", [b"", b"\0\0\0\0", b"\0\0\4\0moov\0\0\0\x6cmvhd"])
def test_an_index_that_was_never_written_is_said(tmp_path: Path, name: str, rest: bytes) -> None:
    words = [] if name == "in.m4a" else H264
    source = recording(tmp_path / name, *words, "-c:a", "aac", picture=bool(words))
    data = source.read_bytes()
    source.write_bytes(data[: data.rfind(b"moov") - 4] + rest)
    (made,) = enhance_files([source], tmp_path / "o", EnhanceOptions())
    assert made.error is not None and "before its index was written" in str(made.error)
    assert not (tmp_path / "o").exists()


def test_a_sound_that_nobody_decodes_is_refused(tmp_path: Path) -> None:
    source = sound(tmp_path / "in.mov", "-c:a", "pcm_s16le")
    source.write_bytes(source.read_bytes().replace(b"sowt", b"apac"))
    with pytest.raises(VcamError, match="cannot be read as sound"):
        enhance(source, tmp_path / "out.wav")


def test_what_follows_the_sound_in_a_whole_wav_is_no_sound(tmp_path: Path) -> None:
    notes = b"LIST" + struct.pack("<I", 1000) + bytes(range(250)) * 4
    assert heard(wav(tmp_path / "in.wav", None, tail=notes)) == 1.0
    assert heard(wav(tmp_path / "in.wav", None, tail=notes + b"\0")) == 1.0


def timed(path: Path, times: list[float], length: float = 0.02, rate: int = RATE) -> Path:
    """A tone in pieces at the times, seconds."""
    with av.open(str(path), "w") as out:
        track = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        for number, time in enumerate(times):
            samples = np.arange(round(length * rate)) + number * round(length * rate)
            tone = (8000 * np.sin(samples / 20)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = round(time * rate)
            out.mux(track.encode(frame))
    return path


def test_jitter_is_no_pause(tmp_path: Path) -> None:
    late = np.random.default_rng(0).uniform(0, 0.09, 150)
    times = np.maximum.accumulate(np.arange(150) * 0.02 + late)
    source = timed(tmp_path / "in.mkv", times.tolist())
    enhance(source, tmp_path / "out.wav")
    made, _ = soundfile.read(tmp_path / "out.wav")
    assert abs(len(made) / RATE - 3) < 0.1
    steps = np.abs(np.diff(made[4800:-4800]))
    assert steps.max() < 0.03  # a click would be larger


def test_a_pause_is_silence_and_what_follows_is_in_time(tmp_path: Path) -> None:
    times = [*np.arange(50) * 0.02, *(1.7 + np.arange(50) * 0.02)]
    source = timed(tmp_path / "in.mkv", times)
    enhance(source, tmp_path / "out.wav")
    made, _ = soundfile.read(tmp_path / "out.wav")
    assert abs(len(made) / RATE - 2.7) < 0.02
    loud = np.abs(made) > 0.05
    assert not loud[round(1.02 * RATE) : round(1.68 * RATE)].any()
    assert loud[round(1.71 * RATE) : round(1.75 * RATE)].any()


@pytest.mark.parametrize("start", [0.0, 5.0, 90_000.0])
def test_a_recording_may_begin_at_any_time(tmp_path: Path, start: float) -> None:
    source = timed(tmp_path / "in.mkv", (start + np.arange(100) * 0.02).tolist())
    assert heard(source) == pytest.approx(2, abs=0.03)


def test_a_result_that_would_be_silent_is_an_error(tmp_path: Path) -> None:
    class Deaf:
        lookahead = 0

        def clean(self, _state: object, spectrum: np.ndarray) -> tuple[None, np.ndarray]:
            return None, np.zeros_like(spectrum)

    sound(tmp_path / "in.wav")
    with pytest.raises(VcamError, match="would be silent"), Work(tmp_path / "o.wav", "") as work:
        pipeline = AudioPipeline([DenoiseStage(Deaf())])
        enhance_file(pipeline, AudioOptions(), tmp_path / "in.wav", work, lambda done: None)
    ffmpeg("-f", "lavfi", "-i", "anullsrc", "-t", 1, tmp_path / "silent.wav")
    enhance(tmp_path / "silent.wav", tmp_path / "still.wav")
    assert {path.name for path in tmp_path.iterdir()} == {"in.wav", "silent.wav", "still.wav"}
