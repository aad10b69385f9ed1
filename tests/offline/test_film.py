"""Enhanced films: as long as they were, in step, of the kind asked for, whole or not there."""

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av import VideoStream
from av.video.codeccontext import VideoCodecContext
from typer.testing import CliRunner

from tests.films import clip
from tests.material import spoken
from tests.video import walks
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions
from vcam.cli import app
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.film import enhance_film
from vcam.offline.enhance.film_plan import FilmOptions, FilmPipelines
from vcam.offline.enhance.job import NICENESS
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.targets import planned
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

RATE = 48_000
PLAIN = FilmPipelines(AudioPipeline())


def film(
    path: Path,
    *,
    seconds: float = 2.0,
    size: tuple[int, int] = (96, 64),
    sounds: int = 1,
    times: list[float] | None = None,
    start: float = 0.0,
    codec: str = "mpeg4",
    rotated: int = 0,
) -> Path:
    """A film whose picture is white and whose sound beeps in the 100 ms after every half second."""
    times = times if times is not None else list(np.arange(0, seconds, 0.04))
    with av.open(str(path), "w") as out:
        picture = out.add_stream(codec, rate=25)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p" if size[0] % 2 == 0 else "yuv444p"
        picture.codec_context.time_base = Fraction(1, 1000)
        tracks = [out.add_stream("aac", rate=RATE, layout="mono") for _ in range(sounds)]
        for at in times:
            shade = 235 if at % 0.5 < 0.1 else 20
            frame = av.VideoFrame.from_ndarray(
                np.full((size[1], size[0], 3), shade, np.uint8), format="bgr24"
            )
            frame.pts, frame.time_base = round((at + start) * 1000), Fraction(1, 1000)
            out.mux(picture.encode(frame))
        out.mux(picture.encode())
        moments = np.arange(round(seconds * RATE)) / RATE
        beeps = np.where(moments % 0.5 < 0.1, 0.5 * np.sin(2 * np.pi * 1000 * moments), 0)
        for track in tracks:
            sound = av.AudioFrame.from_ndarray(
                beeps.astype(np.float32)[None], format="fltp", layout="mono"
            )
            sound.sample_rate, sound.time_base = RATE, Fraction(1, RATE)
            sound.pts = round(start * RATE)
            out.mux(track.encode(sound))
            out.mux(track.encode())
    if rotated:
        turned = path.with_name(f"turned-{path.name}")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i", str(path), "-c", "copy"]
            + ["-metadata:s:v:0", f"rotate={rotated}", str(turned)],
            check=True,
        )
        turned.replace(path)
    return path


def shades(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times and mean brightness of the pictures."""
    with av.open(str(path)) as container:
        found = [
            (frame.time, frame.to_ndarray(format="gray8").mean())
            for frame in container.decode(video=0)
        ]
    times, means = np.array(found).T
    return times, means


def heard(path: Path, track: int = 0) -> tuple[float, np.ndarray]:
    """When the sound begins and its samples at 48 kHz."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=track))
        form = av.AudioResampler("flt", "mono", RATE)
        parts = [part.to_ndarray()[0] for frame in frames for part in form.resample(frame)]
        assert frames[0].time is not None
        return frames[0].time, np.concatenate(parts)


def onsets(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """When pictures become white, and when beeps begin, seconds; without the very first."""
    times, means = shades(path)
    seen = times[1:][(means[1:] > 130) & (means[:-1] < 130)]
    begin, sound = heard(path)
    loud = np.abs(sound) > 0.1
    starts = [i for i in np.flatnonzero(loud) if not loud[max(0, i - 2400) : i].any()]
    return seen, begin + np.array(starts[1:]) / RATE


def enhance(source: Path, target: Path, **options: Any) -> None:
    with Work(target, "") as work:
        enhance_film(PLAIN, FilmOptions(**options), source, work, lambda done: None)
        work.publish()


def length(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / av.time_base


@pytest.mark.parametrize("end", [".mp4", ".mkv", ".mov"])
def test_cleaning_the_sound_copies_the_picture_and_keeps_them_in_step(
    tmp_path: Path, end: str
) -> None:
    source = film(tmp_path / f"in{end}")
    enhance(source, tmp_path / f"out{end}")
    with av.open(str(source)) as a, av.open(str(tmp_path / f"out{end}")) as b:
        packets = [[bytes(p) for p in c.demux(video=0) if p.size] for c in (a, b)]
    assert packets[0] == packets[1]
    assert abs(length(tmp_path / f"out{end}") - length(source)) < 0.05
    seen, beeps = onsets(tmp_path / f"out{end}")
    assert len(seen) == len(beeps) == 3
    assert np.abs(seen - beeps).max() < 0.02


def test_webm_is_written_with_its_own_codecs(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=1.2)
    enhance(source, tmp_path / "out.webm")
    with av.open(str(tmp_path / "out.webm")) as out:
        assert [s.codec_context.name for s in out.streams] in (
            [["libvpx-vp9", "libopus"], ["vp9", "opus"], ["vp9", "libopus"]]
        )
    seen, beeps = onsets(tmp_path / "out.webm")
    assert np.abs(seen - beeps).max() < 0.02
    assert abs(length(tmp_path / "out.webm") - length(source)) < 0.05


def test_a_changing_frame_rate_stays_what_it_was(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.3, 0.5, 0.517, 0.9, 1.0, 1.04, 1.5, 1.9]
    source = film(tmp_path / "in.mkv", times=times)
    enhance(source, tmp_path / "out.webm")  # drawn anew, because WebM has no MPEG-4 picture
    kept, _ = shades(tmp_path / "out.webm")
    np.testing.assert_allclose(kept - kept[0], times, atol=0.0021)


@pytest.mark.parametrize("end", [".mp4", ".webm"])
def test_a_film_of_few_pictures_is_as_long_when_it_is_drawn_anew(tmp_path: Path, end: str) -> None:
    source = film(tmp_path / "in.mkv", times=[0.0, 1.0], seconds=1.0)
    enhance(source, tmp_path / f"out{end}", settings=for_recordings(brightness="on"))
    assert abs(length(tmp_path / f"out{end}") - length(source)) < 0.05


def test_every_track_comes_through_and_a_late_start_goes(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mkv", sounds=2, start=5.0)
    enhance(source, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as out:
        assert len(out.streams.audio) == 2 and len(out.streams.video) == 1
    assert length(tmp_path / "out.mp4") < 2.1
    seen, beeps = onsets(tmp_path / "out.mp4")
    assert np.abs(seen - beeps).max() < 0.02


def test_odd_sizes_lose_a_row_and_turned_pictures_stand_up(tmp_path: Path) -> None:
    source = film(tmp_path / "odd.mkv", seconds=0.4, size=(97, 65), codec="libx264")
    enhance(source, tmp_path / "odd.webm")
    with av.open(str(tmp_path / "odd.webm")) as out:
        assert (out.streams.video[0].width, out.streams.video[0].height) == (96, 64)
    source = film(tmp_path / "turned.mp4", seconds=0.4, rotated=90)
    enhance(source, tmp_path / "turned.webm")
    with av.open(str(tmp_path / "turned.webm")) as out:
        assert (out.streams.video[0].width, out.streams.video[0].height) == (64, 96)
    enhance(source, tmp_path / "copied.mp4")
    with av.open(str(tmp_path / "copied.mp4")) as out:
        assert abs(next(out.decode(video=0)).rotation) == 90


def test_a_picture_of_one_pixel_is_drawn(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mkv", seconds=0.1, size=(1, 1), codec="ffv1")
    enhance(source, tmp_path / "out.mp4", settings=for_recordings(mirror="on"))
    with av.open(str(tmp_path / "out.mp4")) as out:
        picture = out.streams.video[0]
        assert (picture.width, picture.height) == (2, 2)


def test_a_picture_that_no_encoder_takes_is_refused_by_its_size(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mkv", seconds=0.04, size=(16_402, 16), codec="ffv1")
    with pytest.raises(VcamError, match="16402×16"):
        enhance(source, tmp_path / "out.mp4", settings=for_recordings(mirror="on"))


def test_a_hole_in_the_sound_becomes_silence(tmp_path: Path) -> None:
    source = tmp_path / "hole.mkv"
    with av.open(str(source), "w") as out:
        track = out.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for at in (0.0, 1.5):
            sound = av.AudioFrame.from_ndarray(
                np.full((1, RATE // 2), 8000, np.int16), format="s16", layout="mono"
            )
            sound.sample_rate, sound.time_base = RATE, Fraction(1, RATE)
            sound.pts = round(at * RATE)
            out.mux(track.encode(sound))
    enhance(source, tmp_path / "out.mkv")
    _, samples = heard(tmp_path / "out.mkv")
    assert abs(len(samples) / RATE - 2.0) < 0.05
    assert np.abs(samples[RATE * 7 // 10 : RATE * 13 // 10]).max() < 0.01


def test_what_has_nothing_to_clean_is_said(tmp_path: Path) -> None:
    source = film(tmp_path / "silent.mp4", seconds=0.4, sounds=0)
    with pytest.raises(VcamError, match="no sound to clean"):
        enhance(source, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["silent.mp4"]


def faststart(path: Path) -> bytes:
    moved = path.with_name("moved.mp4")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-c", "copy", "-movflags", "faststart", moved],
        check=True,
    )
    data = moved.read_bytes()
    moved.unlink()
    path.unlink()
    return data


def test_broken_recordings_are_refused_in_one_line_and_leave_nothing(tmp_path: Path) -> None:
    data = faststart(film(tmp_path / "in.mp4", seconds=6))
    (tmp_path / "headless.mp4").write_bytes(data[: len(data) // 50])
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("This is no film.\n" * 100)
    before = sorted(path.name for path in tmp_path.iterdir())
    for name in [*before, "gone.mp4"]:
        with pytest.raises(VcamError, match=name) as said:
            enhance(tmp_path / name, tmp_path / "out.mp4")
        assert "\n" not in str(said.value)
        assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.long
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mkv", seconds=20)
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from tests.offline.test_film import enhance;"
        "from vcam.offline.enhance import film; film.KEEP = 1e9;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000));"
        "enhance(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    (tmp_path / "o").mkdir()
    result = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "o" / "out.mkv")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert result.returncode == 1
    assert "Unwritable: " in result.stderr and "out.mkv cannot be written" in result.stderr
    assert list((tmp_path / "o").iterdir()) == []


@pytest.mark.long
def test_a_cancelled_job_ends_soon_and_leaves_nothing(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mkv", seconds=60, times=list(np.arange(0, 60, 1.0)))
    (tmp_path / "o").mkdir()
    job = subprocess.Popen(
        [sys.executable, "-m", "vcam", "enhance", "--json", "--no-lips", str(source)]
        + ["-o", str(tmp_path / "o")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert job.stdout is not None
    first = json.loads(job.stdout.readline())
    assert first["file"] == str(source) and 0 < first["done"] < 1
    assert os.getpriority(os.PRIO_PROCESS, job.pid) >= NICENESS
    job.send_signal(signal.SIGTERM)
    _, err = job.communicate(timeout=60)
    assert job.returncode == 128 + signal.SIGTERM
    assert err == "vcam: Stopped; the same command takes it up again.\n"
    assert list((tmp_path / "o").iterdir()) == []


@pytest.mark.long
def test_the_command_hides_the_room_and_says_what_it_wrote(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.4, size=(160, 120))
    result = CliRunner().invoke(
        app, ["enhance", str(source), "-o", str(tmp_path / "o"), "--background", "blur"]
    )
    assert result.exit_code == 0, result.output
    assert str(tmp_path / "o" / "in.mp4") in result.output.replace("\n", "")
    times, _ = shades(tmp_path / "o" / "in.mp4")
    assert len(times) == 10
    again = CliRunner().invoke(app, ["enhance", str(source), "-o", str(tmp_path / "o")])
    assert again.exit_code != 0 and "exists already" in str(again.exception)


@pytest.mark.long
def test_the_room_becomes_a_film_that_moves(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=1.2, size=(160, 120))
    sea = clip(tmp_path / "sea.mp4", frames=10, fps=5, size=(160, 120))
    result = CliRunner().invoke(
        app, ["enhance", str(source), "-o", str(tmp_path / "o"), "--background", str(sea)]
    )
    assert result.exit_code == 0, result.output
    with av.open(str(tmp_path / "o" / "in.mp4")) as made:
        corners = [
            int(picture.to_ndarray(format="gray")[:8, :8].mean())
            for picture in made.decode(video=0)
        ]
    assert len(corners) == 30 and corners[-1] - corners[0] > 60


@pytest.mark.long
def test_one_of_two_persons_is_in(tmp_path: Path) -> None:
    source = tmp_path / "two.mp4"
    other = walks.Actor(walks.demo_person(hue=75, flip=True), walks.still(0.25, 0.75))
    actors = [other, walks.Actor(walks.demo_person(), walks.still(0.65))]
    with av.open(str(source), "w") as film:
        stream = film.add_stream("libx264", rate=walks.FPS)
        stream.width, stream.height, stream.pix_fmt = walks.WIDTH, walks.HEIGHT, "yuv420p"
        for scene in walks.play(actors, 0.4):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(scene.frame, format="bgr24")))
        film.mux(stream.encode())
    options = ["--background", "#204060", "--set", "people=me"]
    result = CliRunner().invoke(app, ["enhance", str(source), "-o", str(tmp_path / "o"), *options])
    assert result.exit_code == 0, result.output
    with av.open(str(tmp_path / "o" / "two.mp4")) as film:
        pictures = [frame.to_ndarray(format="bgr24") for frame in film.decode(video=0)]
    assert len(pictures) == 12
    for picture in pictures:
        assert np.abs(picture[:, :200].astype(int) - (0x60, 0x40, 0x20)).max() < 40
        assert np.abs(picture[200:, 380:450].astype(int) - (0x60, 0x40, 0x20)).max() > 100


def test_results_of_films_keep_their_kind(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mkv", "c.mov"):
        film(tmp_path / name, seconds=0.2)
    files = [tmp_path / name for name in ("a.mp4", "b.mkv", "c.mov")]
    out = tmp_path / "o"
    assert planned(files, out, overwrite=False) == [out / "a.mp4", out / "b.mkv", out / "c.mp4"]
    assert planned(files[:1], tmp_path / "a.wav", overwrite=False) == [tmp_path / "a.wav"]


def test_plain_sound_options_leave_the_sound_alone(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=1)
    enhance(source, tmp_path / "out.mkv", sound=AudioOptions(bypass=True))
    a, b = heard(source)[1], heard(tmp_path / "out.mkv")[1]
    shared = min(len(a), len(b)) - RATE // 10
    offset = round((heard(tmp_path / "out.mkv")[0] - heard(source)[0]) * RATE)
    assert abs(offset) < 2000
    assert abs(np.abs(a[:shared]).mean() - np.abs(b[:shared]).mean()) < 0.01


def test_a_call_whose_picture_grows_is_drawn_at_its_largest_size(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "in.webm"), "w") as out:
        stream = out.add_mux_stream("vp8", rate=25, width=48, height=64)
        stream.time_base = Fraction(1, 1000)
        for part, size in enumerate([(48, 64), (96, 64), (24, 16)]):
            encoder = cast(VideoCodecContext, av.CodecContext.create("libvpx", "w"))
            encoder.width, encoder.height = size
            encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 1000)
            white = np.full((size[1], size[0], 3), 255, np.uint8)
            packets = []
            for number in range(5):
                picture = av.VideoFrame.from_ndarray(white, format="bgr24")
                picture.pts, picture.time_base = 200 * part + 40 * number, Fraction(1, 1000)
                packets += encoder.encode(picture)
            for packet in [*packets, *encoder.encode()]:
                packet.stream = stream
                out.mux(packet)
    brighter = for_recordings(brightness="on", denoise="off")
    enhance(tmp_path / "in.webm", tmp_path / "out.mp4", settings=brighter)
    with av.open(str(tmp_path / "out.mp4")) as made:
        pictures = [one.to_ndarray(format="gray") for one in made.decode(video=0)]
    assert len(pictures) == 15 and {one.shape for one in pictures} == {(64, 96)}
    middle = [one[:, 30:66].mean() > 200 for one in pictures]
    rims = [one[:, :20].mean() > 200 for one in pictures]
    assert all(middle) and rims == [False] * 5 + [True] * 10


@pytest.mark.parametrize("background", ["none", "blur"])
def test_a_call_without_cameras_is_enhanced_as_sound(tmp_path: Path, background: str) -> None:
    """A browser's recording announces a picture, of which nothing comes then."""
    with av.open(str(tmp_path / "in.webm"), "w") as out:
        stream = out.add_mux_stream("vp8", rate=25, width=48, height=64)
        stream.time_base = Fraction(1, 1000)
        track = out.add_stream("libopus", rate=RATE, layout="mono")
        voice = spoken(1.0).astype(np.float32)
        sound = av.AudioFrame.from_ndarray(voice[None], format="flt", layout="mono")
        sound.sample_rate, sound.time_base = RATE, Fraction(1, RATE)
        out.mux([*track.encode(sound), *track.encode()])
    options = EnhanceOptions(settings=for_recordings(background=background, denoiser="fast"))
    (made,) = enhance_files([tmp_path / "in.webm"], tmp_path / "out.webm", options)
    assert made.error is None and made.missing is None
    said = " ".join(map(str, made.notes))
    assert ("is without picture 1" in said) == (background == "blur")
    assert abs(len(heard(tmp_path / "out.webm")[1]) / RATE - 1) < 0.05


@pytest.mark.parametrize("size, matrix", [((1280, 64), "ITU709"), ((640, 64), "ITU601")])
def test_colours_that_are_not_told_are_those_of_the_size(
    tmp_path: Path, size: tuple[int, int], matrix: str
) -> None:
    colour = np.array([40, 60, 200], np.uint8)
    with av.open(str(tmp_path / "in.mkv"), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.full((*size[::-1], 3), colour), format="bgr24")
        coded = picture.reformat(format="yuv420p", dst_colorspace=matrix)
        for _ in range(3):
            untold = av.VideoFrame.from_ndarray(coded.to_ndarray(), format="yuv420p")
            out.mux(stream.encode(untold))
        out.mux(stream.encode())
    enhance(tmp_path / "in.mkv", tmp_path / "out.mkv", settings=for_recordings(mirror="on"))
    with av.open(str(tmp_path / "out.mkv")) as made:
        shown = next(made.decode(video=0)).to_ndarray(format="bgr24")
    assert np.abs(shown.astype(int) - colour).max() < 8


def test_what_was_interlaced_has_no_combs_when_it_is_drawn_anew(tmp_path: Path) -> None:
    moving = ["-f", "lavfi", "-i", "color=black:s=192x96:r=50:d=0.4", "-f", "lavfi"]
    moving += ["-i", "color=white:s=24x96:r=50:d=0.4"]
    shown = ["-filter_complex", "[0][1]overlay=x=n*8,interlace", "-c:v", "mpeg2video", "-q:v", 2]
    fields = ["-flags", "+ilme+ildct", tmp_path / "in.mkv"]
    subprocess.run(["ffmpeg", "-v", "error", *map(str, [*moving, *shown, *fields])], check=True)
    drawn = EnhanceOptions(settings=for_recordings(denoise=False, brightness="on"))
    (made,) = enhance_files([tmp_path / "in.mkv"], tmp_path / "out.mkv", drawn)
    assert made.error is None
    combs = [comb(tmp_path / name) for name in ("in.mkv", "out.mkv")]
    assert combs[1] < 0.2 * combs[0]


def comb(path: Path) -> float:
    """How much rows differ from those above and below."""
    with av.open(str(path)) as film:
        grey = [frame.to_ndarray(format="gray").astype(float) for frame in film.decode(video=0)]
    return float(np.mean([np.abs(one[1:-1] - (one[:-2] + one[2:]) / 2).mean() for one in grey]))
