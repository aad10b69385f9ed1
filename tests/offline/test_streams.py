"""What is not touched comes through a film as it was, and what has no place in it is said."""

import json
import re
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.stream import AttachmentStream, Disposition, Stream

from tests.offline.making import H264, ffmpeg, hashes, pictures, recording, seconds, speakers
from vcam import media_file
from vcam.audio.pipeline import AudioPipeline
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.film import enhance_film
from vcam.offline.enhance.film_plan import FilmOptions, FilmPipelines
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.targets import planned
from vcam.offline.sound_file import measure
from vcam.offline.superres import SuperResolution
from vcam.offline.transcript import speech
from vcam.offline.voice import beginning, find_track
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params"]
PLAIN = AudioPipeline()
SOUND_ALONE = EnhanceOptions(settings=for_recordings(lips="off"))


class Twice(SuperResolution):
    def __init__(self) -> None:
        return

    def __call__(self, picture: np.ndarray, factor: int) -> np.ndarray:
        return picture.repeat(factor, 0).repeat(factor, 1)


def enhance(
    source: Path,
    target: Path,
    superres: int = 1,
    pipeline: AudioPipeline = PLAIN,
    **options: Any,
) -> list[str]:
    """Returns what is said."""
    pipelines = FilmPipelines(pipeline, superres=Twice() if superres > 1 else None)
    with Work(target, "") as work:
        made = FilmOptions(superres=superres, **options)
        said = enhance_film(pipelines, made, source, work, lambda done: None)
        work.publish()
    return [str(reason) for reason in said]


def probed(path: Path, what: str) -> list[dict[str, Any]]:
    result = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_chapters", "-of", "json", path],
        capture_output=True,
        check=True,
    )
    return json.loads(result.stdout)[what]


@pytest.mark.parametrize(
    "source, target",
    [
        ("in.mov", "out.mp4"),
        ("in.mp4", "out.mov"),
        ("in.mkv", "out.mp4"),
        ("in.mkv", "out.mov"),
        ("in.ts", "out.mp4"),
    ],
)
def test_hevc_is_tagged_as_apples_players_want_it(tmp_path: Path, source: str, target: str) -> None:
    tag = ["-tag:v", "hvc1"] if source in ("in.mov", "in.mp4") else []
    recording(tmp_path / source, *HEVC, "log-level=none", *tag, "-t", 0.4)
    assert enhance(tmp_path / source, tmp_path / target) == []
    assert probed(tmp_path / target, "streams")[0]["codec_tag_string"] == "hvc1"
    assert len(pictures(tmp_path / target)) == 10


@pytest.mark.parametrize("codec", ["rv40", "vp8"])
def test_a_picture_that_nothing_encodes_is_copied(tmp_path: Path, codec: str) -> None:
    noise = np.random.default_rng(0)
    with av.open(str(tmp_path / "in.mkv"), "w") as out:
        picture = out.add_mux_stream(codec, rate=25, width=96, height=64)
        picture.time_base = Fraction(1, 1000)
        sound = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for number in range(50):
            packet = av.Packet(noise.bytes(200))
            packet.pts = packet.dts = 40 * number
            packet.time_base, packet.stream = Fraction(1, 1000), picture
            packet.is_keyframe = number == 0
            out.mux(packet)
        tone = (3000 * np.sin(np.arange(96_000) / 20)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        frame.sample_rate = 48_000
        out.mux(sound.encode(frame))
    enhance(tmp_path / "in.mkv", tmp_path / "out.mkv")
    assert hashes(tmp_path / "out.mkv") == hashes(tmp_path / "in.mkv")
    assert abs(seconds(tmp_path / "out.mkv") - 2) < 0.05


@pytest.mark.parametrize(
    "codec, end",
    [
        (["libsvtav1", "-preset", "12"], "mp4"),
        (["libsvtav1", "-preset", "12"], "webm"),
        (["libtheora"], "mkv"),
        (["mjpeg"], "mov"),
        (["prores"], "mov"),
        (["mpeg2video"], "ts"),
        (["msmpeg4v3"], "avi"),
    ],
)
def test_every_picture_is_copied(tmp_path: Path, codec: list[str], end: str) -> None:
    sound = "libopus" if end == "webm" else "mp3"
    source = recording(tmp_path / f"in.{end}", "-c:v", *codec, "-c:a", sound, "-t", 0.6)
    target = tmp_path / ("out.mkv" if end not in ("mp4", "mov", "webm") else f"out.{end}")
    assert enhance(source, target) == []
    assert hashes(target) == hashes(source)
    assert pictures(target) == pictures(source)


def test_a_picture_that_only_mov_holds_stays_in_it(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.mov", "-c:v", "prores", "-t", 0.2)
    (made,) = enhance_files([source], tmp_path / "o", SOUND_ALONE)
    assert made.target == tmp_path / "o" / "in.mov" and made.notes == []
    assert hashes(made.target) == hashes(source)


@pytest.mark.parametrize("codec", ["prores", "libx264"])
def test_a_time_code_comes_through(tmp_path: Path, codec: str) -> None:
    words = ["-c:v", codec, "-c:a", "pcm_s16le", "-t", 0.2, "-timecode", "01:02:03:04"]
    source = recording(tmp_path / "in.mov", *words)
    (made,) = enhance_files([source], tmp_path / "o", SOUND_ALONE)
    assert made.error is None and made.notes == []
    codes = [one.get("tags", {}).get("timecode") for one in probed(made.target, "streams")]
    assert codes.count("01:02:03:04") == 2  # the picture's, and the track


def test_a_data_track_without_a_place_is_said_beside_time_codes_and_chapters(
    tmp_path: Path,
) -> None:
    """A camera's telemetry."""
    (tmp_path / "in.srt").write_text("1\n00:00:00,000 --> 00:00:00,300\n1\n")
    (tmp_path / "chapters").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n"
    )
    words = ["-i", tmp_path / "in.srt", "-i", tmp_path / "chapters", "-map", 0, "-map", 1]
    words += ["-map", 2, "-map_chapters", 3, *H264, "-c:s", "mov_text", "-t", 0.4]
    words += ["-timecode", "01:02:03:04", "-write_tmcd", 1]
    source = recording(tmp_path / "in.mp4", *words)
    data = source.read_bytes().replace(b"tx3g", b"djmd").replace(b"sbtl", b"meta")
    source.write_bytes(data)
    assert [one["codec_type"] for one in probed(source, "streams")].count("data") == 3
    (said,) = enhance(source, tmp_path / "out.mp4")
    assert "is without data track 3 (SubtitleHandler), for which" in said


@pytest.mark.parametrize(
    "end, codec, sound, tags",
    [
        ("wmv", "wmv2", "wmav2", None),
        ("wmv", "wmv2", "wmav2", (b"WMV2", b"WMV3")),
        ("wmv", "wmv2", "wmav2", (b"WMV2", b"WVC1")),
        ("WMV", "wmv2", "wmav2", (b"WMV2", b"G2M4")),
        ("asf", "wmv1", "aac", None),
        ("flv", "flv1", "mp3", None),
        ("flv", "flashsv", "mp3", None),
        ("avi", "zmbv", "pcm_s16le", None),
        ("avi", "zmbv", "mp3", (b"ZMBV", b"tsc2")),
        ("avi", "msmpeg4v2", "mp3", None),
    ],
)
def test_a_picture_that_only_its_own_kind_holds_stays_in_it(
    tmp_path: Path, end: str, codec: str, sound: str, tags: tuple[bytes, bytes] | None
) -> None:
    """Tags make of a picture one that nothing encodes."""
    channels = ["-ac", 6] if sound == "aac" else []
    kind = {"WMV": "asf", "wmv": "asf"}.get(end, end)
    source = tmp_path / f"in.{end}"
    recording(source, "-c:v", codec, "-c:a", sound, *channels, "-t", 0.5, "-f", kind)
    if tags:
        source.write_bytes(source.read_bytes().replace(*tags))
    (made,) = enhance_files([source], tmp_path / "o", SOUND_ALONE)
    assert made.target == tmp_path / "o" / f"in.{end.lower()}"
    assert made.error is None and made.notes == []
    with av.open(str(source)) as container:
        picture, voice = container.streams.video[0].index, container.streams.audio[0].channels
    with av.open(str(made.target)) as out:
        assert out.streams.audio[0].channels == voice
        copy = out.streams.video[0].index
    assert hashes(made.target, copy) == hashes(source, picture)
    assert abs(seconds(made.target) - seconds(source)) < 0.05
    assert max(speakers(made.target).values()) > 0.001


def test_older_kinds_of_film_are_written_for_nothing_else(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.wmv", "-c:v", "wmv2", "-c:a", "wmav2", "-t", 0.5)
    (made,) = enhance_files([source], tmp_path / "out.mkv", SOUND_ALONE)
    assert made.error is None and "encoded anew" in str(made.notes[0])
    drawn = EnhanceOptions(settings=for_recordings(lips="off", brightness="on"))
    assert planned([source], tmp_path, overwrite=False, redrawn=True) == [tmp_path / "in.mkv"]
    with pytest.raises(VcamError, match="cannot be the result"):
        enhance_files([source], tmp_path / "out.wmv", drawn)


def meeting(path: Path) -> Path:
    """A film with two sound tracks, two texts, two chapters and a font."""
    for name, words in (("en", "Hello"), ("de", "Hallo")):
        text = f"1\n00:00:00,200 --> 00:00:01,000\n{words}\n\n"
        text += "2\n00:00:01,100 --> 00:00:01,900\n<i>2</i>\n"
        path.with_name(f"{name}.srt").write_text(text)
    path.with_name("chapters").write_text(
        ";FFMETADATA1\ntitle=Weekly\n"
        + "".join(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 1000}\ntitle={title}\n"
            for start, title in ((0, "Agenda"), (1000, "Vote"))
        )
    )
    path.with_name("font.ttf").write_bytes(b"\0\1\0\0font" * 30)
    inputs = [
        word for name in ("en.srt", "de.srt", "chapters") for word in ("-i", path.with_name(name))
    ]
    kinds = ["-map", "0", "-map", "1", "-map", "1", "-map", "2", "-map", "3", "-map_metadata", "4"]
    tags = ["-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "title=Mic"]
    tags += ["-metadata:s:s:0", "title=English", "-metadata:s:s:0", "language=eng"]
    tags += ["-metadata:s:s:1", "language=deu", "-disposition:s:1", "forced"]
    tags += ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    font = ["-attach", path.with_name("font.ttf"), "-metadata:s:t", "mimetype=font/ttf"]
    return recording(path, *inputs, *kinds, *H264, "-c:a", "aac", *tags, *font)


def test_chapters_languages_flags_titles_and_fonts_come_through(tmp_path: Path) -> None:
    source = meeting(tmp_path / "in.mkv")
    assert enhance(source, tmp_path / "out.mkv") == []
    with av.open(str(tmp_path / "out.mkv")) as out:
        assert [one["metadata"]["title"] for one in out.chapters()] == ["Agenda", "Vote"]
        assert out.metadata["title"] == "Weekly"
        texts, sounds = out.streams.subtitles, out.streams.audio
        assert [one.metadata["language"] for one in texts] == ["eng", "deu"]
        assert texts[0].metadata["title"] == "English" and sounds[1].metadata["title"] == "Mic"
        assert [bool(one.disposition & Disposition.forced) for one in texts] == [False, True]
        assert [bool(one.disposition & Disposition.default) for one in sounds] == [False, True]
        assert sounds[0].metadata["language"] == "deu"
        assert cast(AttachmentStream, out.streams[5]).data == b"\0\1\0\0font" * 30
    for stream in (3, 4):
        assert hashes(tmp_path / "out.mkv", stream) == hashes(source, stream)


def test_a_cover_stays_a_cover(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", 1, tmp_path / "cover.png")
    kinds = ["-i", tmp_path / "cover.png", "-map", 0, "-map", 1, "-map", 2, "-c:v:1", "png"]
    source = recording(
        tmp_path / "in.mp4", *kinds, "-c:v:0", "mpeg4", "-disposition:v:1", "attached_pic"
    )
    for end in ("mp4", "mkv"):
        assert enhance(source, tmp_path / f"out.{end}") == []
        with av.open(str(tmp_path / f"out.{end}")) as out:
            covers = [
                one for one in out.streams.video if one.disposition & Disposition.attached_pic
            ]
            assert len(covers) == 1
            assert next(out.decode(covers[0])).to_ndarray(format="rgb24")[0, 0].argmax() == 0


@pytest.mark.parametrize("given, kept", [("front.jpg", "front.jpg"), (None, "cover.jpg")])
def test_a_cover_in_an_mkv_has_its_name(tmp_path: Path, given: str | None, kept: str) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", 1, tmp_path / "front.jpg")
    attached = ["-attach", tmp_path / "front.jpg", "-metadata:s:t", "mimetype=image/jpeg"]
    embedded = ["-i", tmp_path / "front.jpg", "-map", 0, "-map", 1, "-map", 2, "-c:v:1", "copy"]
    embedded += ["-disposition:v:1", "attached_pic"]
    words = ["-c:v:0", "mpeg4", "-t", 0.2]
    end, how = ("mkv", attached) if given else ("mp4", embedded)
    enhance(recording(tmp_path / f"in.{end}", *how, *words), tmp_path / "out.mkv")
    assert probed(tmp_path / "out.mkv", "streams")[2]["tags"]["filename"] == kept


def test_a_drawn_picture_is_not_said_to_have_an_alpha_that_is_gone(tmp_path: Path) -> None:
    words = ["-vf", "format=yuva420p", "-c:v", "libvpx", "-auto-alt-ref", 0, "-c:a", "libopus"]
    source = recording(tmp_path / "in.webm", *words, "-t", 0.2)
    for name, superres in (("copied.webm", 1), ("drawn.webm", 2)):
        enhance(source, tmp_path / name, superres=superres)
    told = [
        {key.lower() for key in probed(tmp_path / name, "streams")[0]["tags"]}
        for name in ("copied.webm", "drawn.webm")
    ]
    assert ["alpha_mode" in keys for keys in told] == [True, False]


@pytest.mark.parametrize("key", ["com.apple.quicktime.make", "com.android.version"])
def test_what_phones_say_of_themselves_comes_through(tmp_path: Path, key: str) -> None:
    tags = ["-metadata", f"{key}=13", "-movflags", "use_metadata_tags", "-t", 0.2]
    source = recording(tmp_path / "in.mp4", "-c:v", "mpeg4", *tags)
    enhance(source, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert out.metadata[key] == "13"


def test_what_may_show_the_room_is_left_out_and_said(tmp_path: Path) -> None:
    """A second picture, and a cover."""
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", 1, tmp_path / "cover.png")
    second = ["-i", tmp_path / "cover.png", "-map", 0, "-map", 0, "-map", 1, "-map", 2, "-t", 0.2]
    second += ["-c:v", "mpeg4", "-c:v:2", "png", "-disposition:v:2", "attached_pic"]
    source = recording(tmp_path / "in.mp4", *second)
    assert enhance(source, tmp_path / "copied.mp4") == []
    assert hashes(tmp_path / "copied.mp4", 1) == hashes(source, 1)
    hidden = EnhanceOptions(settings=for_recordings(background="blur", lips="off", denoise="off"))
    (made,) = enhance_files([source], tmp_path / "hidden.mp4", hidden)
    assert "is without picture 2" in str(made.notes[0]) and "picture 4" in str(made.notes[0])
    kinds = [one["codec_type"] for one in probed(tmp_path / "hidden.mp4", "streams")]
    assert sorted(kinds) == ["audio", "video"]


@pytest.mark.long
def test_colour_and_light_of_hdr_are_copied(tmp_path: Path) -> None:
    light = "log-level=none:hdr10=1:max-cll=1000,400:master-display="
    light += "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
    colour = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]
    ten = ["-pix_fmt", "yuv420p10le"]
    recording(tmp_path / "in.mkv", *HEVC, light, *ten, *colour, "-t", 0.4)
    ffmpeg("-i", tmp_path / "in.mkv", "-c", "copy", "-tag:v", "hvc1", tmp_path / "in.mov")
    for source, target in (("in.mkv", "a.mkv"), ("in.mov", "b.mp4"), ("in.mov", "c.mkv")):
        enhance(tmp_path / source, tmp_path / target)
        before, after = (probed(tmp_path / name, "streams")[0] for name in (source, target))
        for key in ("color_space", "color_transfer", "color_primaries", "pix_fmt"):
            assert after[key] == before[key]
        kinds = [
            {one["side_data_type"] for one in stream.get("side_data_list", [])}
            for stream in (before, after)
        ]
        assert kinds[0] <= kinds[1]


@pytest.mark.parametrize(
    "transfer, coded", [("smpte2084", (64, 397, 573, 723)), ("arib-std-b67", (64, 396, 721, 940))]
)
def test_hdr_that_is_drawn_anew_becomes_what_other_screens_show(
    tmp_path: Path, transfer: str, coded: tuple[int, ...]
) -> None:
    """Black, 26, 203 and 1000 cd/m²."""
    y = np.repeat(np.array(coded, np.uint16), 24)[None].repeat(64, 0)
    grey = np.full((32, 48), 512, np.uint16)
    raw = b"".join(plane.tobytes() for plane in (y, grey, grey)) * 3
    (tmp_path / "in.yuv").write_bytes(raw)
    words = ["-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", "96x64", "-i", tmp_path / "in.yuv"]
    words += ["-c:v", "libx265", "-x265-params", "log-level=none:lossless=1"]
    words += ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"]
    ffmpeg(*words, tmp_path / "in.mkv")
    mirrored = for_recordings(mirror="on")
    enhance(tmp_path / "in.mkv", tmp_path / "out.mp4", settings=mirrored)
    with av.open(str(tmp_path / "out.mp4")) as out:
        picture = next(out.decode(video=0))
        assert picture.color_primaries == picture.color_trc == 1
        shown = picture.to_ndarray(format="bgr24")[32, 84::-24].astype(int)
    assert np.ptp(shown, axis=1).max() < 8
    assert np.abs(shown[:, 0] - (0, 107, 230, 255)).max() < 8


def test_a_mirrored_film_is_shown_alike_copied_and_drawn(tmp_path: Path) -> None:
    stored = np.zeros((64, 96, 3), np.uint8)
    stored[:32, :48] = 255
    with av.open(str(tmp_path / "in.mp4"), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.set_display_rotation(0, hflip=True)
        sound = out.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(stored, format="rgb24")))
        out.mux(stream.encode())
        tone = np.sin(np.arange(24_000, dtype=np.float32) / 20)
        frame = av.AudioFrame.from_ndarray(tone[None], format="flt", layout="mono")
        frame.sample_rate = 48_000
        out.mux([*sound.encode(frame), *sound.encode()])
    enhance(tmp_path / "in.mp4", tmp_path / "copied.mp4")
    enhance(tmp_path / "in.mp4", tmp_path / "drawn.mp4", superres=2)
    for name, size in (("copied.mp4", (96, 64)), ("drawn.mp4", (192, 128))):
        ffmpeg("-i", tmp_path / name, "-frames:v", 1, tmp_path / "shown.png")
        with av.open(str(tmp_path / "shown.png")) as shown:
            picture = next(shown.decode(video=0)).to_ndarray(format="gray")
        assert picture.shape == size[::-1]
        assert picture[8, -8] > 200 and picture[8, 8] < 50 and picture[-8, -8] < 50


def test_a_track_that_nothing_decodes_is_left_out_and_said(tmp_path: Path) -> None:
    two = ["-map", 0, "-map", 1, "-map", 1, *H264, "-c:a", "aac"]
    data = recording(tmp_path / "two.mp4", *two).read_bytes()
    entry = data.rfind(b"mp4a")
    box = data.find(b"esds", entry)
    spatial = data[:entry] + b"apac" + data[entry + 4 : box] + b"dapa" + data[box + 4 :]
    (tmp_path / "in.mov").write_bytes(spatial)
    said = enhance(tmp_path / "in.mov", tmp_path / "out.mp4")
    assert len(said) == 1 and "is without sound track 3" in said[0]
    assert [one["codec_type"] for one in probed(tmp_path / "out.mp4", "streams")] == [
        "video",
        "audio",
    ]
    last = data.rfind(b"esds", 0, box)
    alone = spatial[: spatial.find(b"mp4a")] + b"apac" + spatial[spatial.find(b"mp4a") + 4 : last]
    (tmp_path / "none.mov").write_bytes(alone + b"dapa" + spatial[last + 4 :])
    with pytest.raises(Exception, match="no sound to clean"):
        enhance(tmp_path / "none.mov", tmp_path / "none.mp4")


def broadcast(path: Path, *kinds: str, comes: Sequence[str]) -> Path:
    """Announces streams, but of each kind that comes has only the last one."""
    source = recording(path.with_name("one.ts"), *H264, "-c:a", "aac", "-t", 0.4)
    with av.open(str(source)) as one, av.open(str(path), "w", format="mpegts") as two:
        templates: dict[str, Stream] = {stream.type: stream for stream in one.streams}
        streams = {kind: two.add_stream_from_template(templates[kind]) for kind in kinds}
        for packet in one.demux():
            if packet.size and packet.stream.type in comes:
                packet.stream = streams[packet.stream.type]
                two.mux(packet)
    return path


def test_of_a_broadcast_whose_only_sound_never_comes_this_is_said(tmp_path: Path) -> None:
    source = broadcast(tmp_path / "in.ts", "video", "audio", comes=["video"])
    said = re.escape(f"{source} has no sound; choose a recording in which something is heard.")
    with pytest.raises(VcamError, match=said):
        measure(source)
    with pytest.raises(VcamError, match=said):
        beginning(source, 1.0)
    with pytest.raises(VcamError, match="nothing to write down"):
        next(speech.sound_of(source, film=True))


def test_a_picture_that_never_comes_is_said_not_to(tmp_path: Path) -> None:
    source = broadcast(tmp_path / "in.ts", "video", "audio", comes=["audio"])
    blurred = for_recordings(background="blur")
    (said,) = enhance(source, tmp_path / "out.mp4", settings=blurred)
    assert said.endswith("out.mp4 is without picture 1 (h264), of which nothing ever comes.")


def test_a_track_of_a_broadcast_that_begins_late_keeps_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in.ts"
    sounds = ["-f", "lavfi", "-i", "sine=d=9", "-itsoffset", 8, "-f", "lavfi", "-i", "sine=d=1"]
    kinds = ["-map", 0, "-map", 1, "-map", 2, *H264, "-c:a", "mp2"]
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=5:d=9", *sounds, *kinds, source)
    assert enhance(source, tmp_path / "out.mkv", sound=None) == []
    with av.open(str(tmp_path / "out.mkv")) as out:
        late = next(frame for frame in out.decode(audio=1))
        assert late.time == pytest.approx(8, abs=0.05)
    monkeypatch.setattr(media_file, "_FURTHER", {})
    (said,) = enhance(source, tmp_path / "without.mkv", sound=None)
    assert "without sound track 3 (mp3float), of which nothing can be heard at the" in said


def test_a_track_of_a_broadcast_that_never_comes_is_left_out_and_said(tmp_path: Path) -> None:
    source = broadcast(tmp_path / "in.ts", "audio", "video", "audio", comes=("video", "audio"))
    (said,) = enhance(source, tmp_path / "out.mp4")
    assert said.endswith("out.mp4 is without sound track 1 (aac), of which nothing ever comes.")
    kinds = [one["codec_type"] for one in probed(tmp_path / "out.mp4", "streams")]
    assert sorted(kinds) == ["audio", "video"] and max(speakers(tmp_path / "out.mp4").values()) > 0
    assert find_track(tmp_path / "in.ts") == 1


@pytest.mark.long
def test_avi_with_b_pictures_gets_the_times_of_showing(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.mp4", "-c:v", "libx264", "-bf", 3, "-c:a", "mp3", "-t", 1)
    ffmpeg("-i", source, "-c", "copy", tmp_path / "in.avi")
    for target in ("out.mkv", "out.mp4"):
        enhance(tmp_path / "in.avi", tmp_path / target)
        assert pictures(tmp_path / target) == pictures(source)
    enhance(tmp_path / "in.avi", tmp_path / "drawn.mp4", superres=2)
    times = [time for time, _ in pictures(source)]
    assert [time for time, _ in pictures(tmp_path / "drawn.mp4")] == times


@pytest.mark.parametrize("end", ["mkv", "mp4"])
def test_matroska_with_b_pictures_keeps_the_times_of_showing(tmp_path: Path, end: str) -> None:
    words = ["-c:v", "libx264", "-bf", 3, "-c:a", "pcm_s16le", "-t", 0.6]
    source = recording(tmp_path / "in.mkv", *words)
    enhance(source, tmp_path / f"out.{end}")
    shown = []
    for path in (source, tmp_path / f"out.{end}"):
        with av.open(str(path)) as film:
            shown.append(np.array([picture.time for picture in film.decode(video=0)]))
    assert len(shown[0]) == 15
    np.testing.assert_allclose(shown[1], shown[0], atol=1e-3)


def test_avi_without_b_pictures_shows_none_of_them_late(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.avi", *H264, "-bf", 0, "-c:a", "pcm_s16le", "-t", 0.4)
    enhance(source, tmp_path / "copied.mkv")
    enhance(source, tmp_path / "drawn.mkv", superres=2)
    for name in ("copied.mkv", "drawn.mkv"):
        with av.open(str(tmp_path / name)) as out:
            times = [picture.time for picture in out.decode(video=0)]
        assert times == pytest.approx([number * 0.04 for number in range(10)], abs=1e-3)


def test_a_browsers_recording_gets_a_level_that_players_decode(tmp_path: Path) -> None:
    ffmpeg(
        *["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=0.3", "-c:v", "libvpx", "-deadline"],
        *["realtime", "-cpu-used", 8, "-r", 1000, "-vsync", "passthrough", tmp_path / "in.webm"],
    )
    enhance(tmp_path / "in.webm", tmp_path / "out.mp4", superres=2, sound=None)
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert (out.streams.video[0].codec_context.extradata or b"\0" * 4)[3] in range(10, 32)


def test_the_index_comes_first(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.mkv", *H264, "-t", 0.4)
    for end in ("mp4", "mov"):
        enhance(source, tmp_path / f"out.{end}")
        data = (tmp_path / f"out.{end}").read_bytes()
        assert data.find(b"moov") < data.find(b"mdat")
