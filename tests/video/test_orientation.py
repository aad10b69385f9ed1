"""A film's pictures stand as players show them, turned and mirrored in all eight ways."""

import subprocess
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from vcam.video.capture.file import FileCamera
from vcam.video.orientation import Orientation, orientation

ONE = 0x10000
WAYS = [
    (a, b, c, d)
    for a, d in ((ONE, ONE), (-ONE, ONE), (ONE, -ONE), (-ONE, -ONE))
    for b, c in [(0, 0)]
]
WAYS += [(0, b, c, 0) for b in (ONE, -ONE) for c in (ONE, -ONE)]


def clip(path: Path, way: tuple[int, int, int, int]) -> Path:
    """Ten equal pictures with another colour in every corner."""
    stored = np.zeros((48, 64, 3), np.uint8)
    stored[:24, :32], stored[:24, 32:], stored[24:, :32] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    a, b, c, d = way
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264rgb", rate=10, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "bgr24"
        stream.set_display_matrix([a, b, 0, c, d, 0, 0, 0, 1 << 30])
        for _ in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(stored, format="rgb24")))
        out.mux(stream.encode())
    return path


@pytest.mark.parametrize("way", WAYS)
def test_pictures_stand_as_ffmpeg_shows_them(
    tmp_path: Path, way: tuple[int, int, int, int]
) -> None:
    path = clip(tmp_path / "in.mp4", way)
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
        ours = orientation(picture).upright(picture.to_ndarray(format="bgr24"))
    raw = ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "bgr24", "-"]
    shown = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, *raw], stdout=subprocess.PIPE, check=True
    ).stdout
    np.testing.assert_array_equal(ours, np.frombuffer(shown, np.uint8).reshape(ours.shape))
    camera = FileCamera(path)
    try:
        shot = camera.read(2.0)
    finally:
        camera.close()
    assert shot is not None
    np.testing.assert_array_equal(shot.decode(), ours)


def test_a_picture_without_a_matrix_stays_as_it_is() -> None:
    picture = av.VideoFrame.from_ndarray(np.zeros((4, 6, 3), np.uint8), format="bgr24")
    assert orientation(picture) == Orientation()


@pytest.mark.parametrize("mark, turns", [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_a_cameras_mark_in_every_picture_turns_them(tmp_path: Path, mark: int, turns: int) -> None:
    """EXIF, as photos and old cameras' Motion JPEG have it; `turns` are quarters against the
    clock."""
    stored = np.zeros((48, 64, 3), np.uint8)
    stored[:24, :32] = 255
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([mark]) + bytes(6)
    data = cv2.imencode(".jpg", stored)[1].tobytes()
    head = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    (tmp_path / "in.mjpeg").write_bytes((data[:2] + head + data[2:]) * 3)
    with av.open(str(tmp_path / "in.mjpeg")) as container:
        picture = next(container.decode(video=0))
        shown = orientation(picture).upright(picture.to_ndarray(format="gray"))
    wanted = np.rot90(stored[..., 0], turns)
    assert shown.shape == wanted.shape and np.abs(shown.astype(int) - wanted).mean() < 5
    camera = FileCamera(tmp_path / "in.mjpeg")
    assert (camera.height, camera.width) == wanted.shape
    camera.close()
