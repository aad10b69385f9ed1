"""Super resolution: sizes, tiles, and pictures that are better than interpolated ones."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.offline.test_film import film, length
from tests.pictures import picture_at
from vcam.cli import app
from vcam.networks.models import open_model
from vcam.networks.picture import open_face
from vcam.offline import superres
from vcam.offline.superres import SuperResolution

PORTRAIT = Path(__file__).parents[2] / "vcam" / "assets" / "demo_portrait.webp"
Picture = np.ndarray
Enlarge = Callable[[Picture], Picture]


@pytest.fixture(scope="module")
def double() -> Enlarge:
    return partial(SuperResolution(open_model("superres")), factor=2)


def textured(height: int, width: int) -> Picture:
    random = np.random.default_rng(3)
    coarse = random.integers(30, 220, (9, 16, 3), dtype=np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def bicubic(picture: Picture) -> Picture:
    return cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def halved(picture: Picture, blur: float) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), blur)
    return cv2.resize(soft, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def spoiled(picture: Picture, seed: int = 0) -> Picture:
    """Half the size, through a soft lens, a noisy sensor and a chat program."""
    small = halved(picture, 1.0)
    noise = 6 * np.random.default_rng(seed).standard_normal(small.shape, np.float32)
    noisy = (small + noise).round().clip(0, 255).astype(np.uint8)
    data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def portrait() -> Picture:
    return picture_at(PORTRAIT)


def held_out(data_dir: Path, count: int) -> list[Picture]:
    folder = data_dir / "portrait"
    with open(folder / "index.csv", newline="") as table:
        names = [row["file"] for row in csv.DictReader(table) if row["split"] == "dev"]
    pictures = [picture_at(folder / name) for name in names[:: len(names) // count][:count]]
    return [one[: one.shape[0] & ~1, : one.shape[1] & ~1] for one in pictures]


def gains(double: Enlarge, wholes: list[Picture], spoil: Callable) -> np.ndarray:
    """How many dB each picture is nearer to the truth than a bicubic one."""
    halves = [spoil(whole) for whole in wholes]
    return np.array(
        [
            cv2.PSNR(double(half), whole) - cv2.PSNR(bicubic(half), whole)
            for half, whole in zip(halves, wholes, strict=True)
        ]
    )


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (37, 19), (288, 360), (289, 361), (5, 1500)])
def test_every_size_is_exactly_doubled(double: Enlarge, size: tuple[int, int]) -> None:
    picture = textured(*size)
    found = double(picture)
    assert found.shape == (2 * size[0], 2 * size[1], 3) and found.dtype == np.uint8


@pytest.mark.long
def test_two_passes_make_it_four_times_as_large() -> None:
    four = partial(SuperResolution(open_model("superres")), factor=4)
    picture = textured(31, 45)
    assert four(picture).shape == (124, 180, 3)
    again = cv2.resize(four(portrait()), portrait().shape[1::-1], interpolation=cv2.INTER_AREA)
    assert cv2.PSNR(again, portrait()) > 30


def test_tiles_leave_no_seams(double: Enlarge, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = spoiled(portrait())
    whole = double(picture).astype(int)
    monkeypatch.setattr(superres, "_TILE", 50)
    assert np.abs(double(picture).astype(int) - whole).max() <= 1


def test_degraded_pictures_come_nearer_to_the_truth(double: Enlarge) -> None:
    assert gains(double, [portrait()], spoiled)[0] > 0.8


def test_degraded_portraits_gain_over_bicubic(double: Enlarge, data_dir: Path) -> None:
    found = gains(double, held_out(data_dir, 6), spoiled)
    assert found.mean() > 0.8 and found.min() > 0


def test_clean_pictures_lose_nothing(double: Enlarge, data_dir: Path) -> None:
    found = gains(double, held_out(data_dir, 6), lambda whole: halved(whole, 0.4))
    assert found.mean() > 0 and found.min() > -0.3


def test_flat_colours_stay(double: Enlarge) -> None:
    for colour in ((0, 0, 0), (255, 255, 255), (40, 90, 200)):
        flat = np.full((40, 50, 3), colour, np.uint8)
        assert np.abs(double(flat).astype(int) - colour).max() <= 3


def test_what_does_not_move_flickers_less_than_bicubic(double: Enlarge) -> None:
    halves = [spoiled(portrait(), seed) for seed in range(5)]

    def flicker(enlarge: Enlarge) -> float:
        return float(np.abs(np.diff(np.array([enlarge(h) for h in halves], int), axis=0)).mean())

    assert flicker(double) < flicker(bicubic)


def test_the_face_stays_where_it_is(double: Enlarge) -> None:
    tracker = open_face()

    def landmarks(picture: Picture) -> np.ndarray:
        return tracker.step(None, picture)[1][0].landmarks[:, :2]

    true, half = landmarks(portrait()), spoiled(portrait())
    eyes = np.linalg.norm(true[33] - true[263])
    assert np.linalg.norm(landmarks(double(half)) - true, axis=1).mean() < 0.03 * eyes


def enlarged(source: Path, target: Path, *words: str) -> av.VideoFrame:
    """What `vcam enhance --superres` makes of a film: its first picture."""
    command = ["enhance", str(source), "-o", str(target), "--no-denoise", "--superres", *words]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert abs(length(target) - length(source)) < 0.05
    with av.open(str(target)) as container:
        return next(container.decode(video=0))


@pytest.mark.long
def test_a_film_is_enlarged_and_its_sound_copied(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.4, size=(180, 144))
    picture = enlarged(source, tmp_path / "out.mp4", "2")
    assert (picture.width, picture.height) == (360, 288)
    with av.open(str(source)) as a, av.open(str(tmp_path / "out.mp4")) as b:
        sounds = [[bytes(p) for p in file.demux(audio=0) if p.size] for file in (a, b)]
    assert sounds[0] == sounds[1]


@pytest.mark.parametrize(
    ("size", "rotated", "words", "becomes"),
    [
        ((97, 63), 0, ["2"], (194, 126)),
        ((96, 64), 90, ["2"], (128, 192)),
        ((48, 32), 0, ["4"], (192, 128)),
        ((96, 64), 0, ["2", "--background", "blur"], (192, 128)),
    ],
)
def test_odd_turned_and_hidden_pictures_are_enlarged(
    tmp_path: Path,
    size: tuple[int, int],
    rotated: int,
    words: list[str],
    becomes: tuple[int, int],
) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.12, size=size, rotated=rotated, codec="libx264")
    picture = enlarged(source, tmp_path / "out.mp4", *words)
    assert (picture.width, picture.height) == becomes


def test_the_shape_of_the_pixels_stays(tmp_path: Path) -> None:
    film(tmp_path / "square.mp4", seconds=0.12, size=(96, 64))
    wide = tmp_path / "wide.mp4"
    command = ["ffmpeg", "-v", "error", "-i", str(tmp_path / "square.mp4"), "-c", "copy"]
    subprocess.run([*command, "-aspect", "16:9", wide], check=True)
    enlarged(wide, tmp_path / "out.mp4", "2")
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.sample_aspect_ratio == Fraction(16 * 64, 9 * 96)


@pytest.mark.parametrize(("size", "words"), [((96, 64), "3"), ((4200, 16), "2")])
def test_what_cannot_be_enlarged_is_said(tmp_path: Path, size: tuple[int, int], words: str) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.08, size=size)
    command = ["enhance", str(source), "-o", str(tmp_path / "out.mp4"), "--superres", words]
    result = CliRunner().invoke(app, command)
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]
