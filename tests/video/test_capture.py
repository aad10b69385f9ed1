"""Where pictures come from: choosing, media files, the demo, and what is said when it fails."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.films import clip
from vcam import demo
from vcam.audio.capture.demo import load_loop
from vcam.names import AUTO
from vcam.video.capture import linux
from vcam.video.capture.contract import (
    CameraChoice,
    CameraError,
    CameraInfo,
    CaptureFormat,
    is_virtual_name,
)
from vcam.video.capture.demo import DemoCamera, DemoScene
from vcam.video.capture.file import FileCamera
from vcam.video.capture.macos import by_unique_id
from vcam.video.capture.opencv import OpenCvCamera, decoded
from vcam.video.capture.registry import choices, open_camera, resolve_camera

LOOPBACK = CameraInfo(0, "Enhanced Camera", "/dev/video10", virtual=True)
OBS = CameraInfo(1, "OBS Virtual Camera", "/dev/video11", virtual=True)
LAPTOP = CameraInfo(2, "Integrated Camera", "/dev/video0")
USB = CameraInfo(3, "HD Pro Webcam C920", "/dev/video2")
ALL = [LOOPBACK, OBS, LAPTOP, USB]


def test_auto_takes_the_first_real_camera() -> None:
    assert resolve_camera(AUTO, ALL).label == "Integrated Camera"
    for present in ([], [LOOPBACK, OBS]):
        with pytest.raises(CameraError, match="No camera was found"):
            resolve_camera(AUTO, present)


def test_auto_takes_an_infrared_camera_only_where_there_is_no_other() -> None:
    infrared = CameraInfo(0, "Integrated IR Camera", "/dev/video0", infrared=True)
    assert resolve_camera(AUTO, [infrared, USB]).label == USB.name
    assert resolve_camera(AUTO, [infrared]).label == infrared.name


@pytest.mark.parametrize(
    ("choice", "label"),
    [
        ("3", USB.name),
        ("HD Pro Webcam C920", USB.name),
        ("c920", USB.name),
        ("/dev/video2", USB.name),
        ("obs", OBS.name),
        ("integrated", LAPTOP.name),
    ],
)
def test_a_camera_is_found_by_index_name_or_path(choice: str, label: str) -> None:
    assert resolve_camera(choice, ALL).label == label


@pytest.mark.parametrize("choice", ["Enhanced Camera", "enhanced", "0", "/dev/video10"])
def test_our_own_output_is_refused(choice: str) -> None:
    with pytest.raises(CameraError, match="own output"):
        resolve_camera(choice, ALL)


def test_an_unknown_or_ambiguous_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(CameraError, match="'nothing'.*2: Integrated Camera, 3: HD Pro"):
        resolve_camera("nothing", ALL)
    for no_name in ("~nobody here/film.mp4", "/" + 300 * "long"):
        with pytest.raises(CameraError, match="no camera or video file"):
            resolve_camera(no_name, ALL)
    with pytest.raises(CameraError, match="several cameras"):
        resolve_camera("am", ALL)
    twins = [CameraInfo(0, "Cam"), CameraInfo(1, "Cam")]
    assert resolve_camera("Cam", twins).label == "Cam"


LEFT = CameraInfo(0, "C920", "/dev/video0", marks=("8E2F", "1-3"))
RIGHT = CameraInfo(2, "C920", "/dev/video2", marks=("A01B", "1-4"))
CHEAP = [CameraInfo(n, "Cam", f"/dev/video{n}", marks=("0001", f"2-{n}")) for n in (4, 6)]


def test_two_cameras_of_one_name_are_listed_and_chosen_apart() -> None:
    present = [LEFT, RIGHT, *CHEAP, LAPTOP]
    found = choices(present)
    assert [title for _, title in found] == ["C920", "C920 (2)", "Cam", "Cam (2)", LAPTOP.name]
    for (choice, _), info in zip(found, present, strict=True):
        assert resolve_camera(choice, present).name == info.path
    assert found[-1][0] == LAPTOP.name


def test_a_choice_among_twins_holds_after_a_restart_that_numbers_them_otherwise() -> None:
    chosen = [choice for choice, _ in choices([LEFT, RIGHT])]
    moved = [
        replace(RIGHT, index=0, path="/dev/video0"),
        replace(LEFT, index=1, path="/dev/video1"),
    ]
    assert [resolve_camera(choice, moved).name for choice in chosen] == [
        "/dev/video1",
        "/dev/video0",
    ]
    # Alone it is still the one that was chosen, and the other one is none.
    assert resolve_camera(chosen[1], moved[:1]).name == "/dev/video0"
    with pytest.raises(CameraError, match="There is no camera"):
        resolve_camera(chosen[0], moved[:1])


def test_what_cannot_be_told_apart_is_chosen_by_its_place_in_the_list() -> None:
    two = [CameraInfo(0, "Cam"), CameraInfo(1, "Cam")]
    assert [resolve_camera(choice, two).name for choice, _ in choices(two)] == ["0", "1"]


def test_macos_cameras_are_numbered_as_opencv_opens_them() -> None:
    names = ["FaceTime HD Camera", "Logi C310", "Logi C310", "Capture screen 0"]
    found = [CameraInfo(i, name, virtual=is_virtual_name(name)) for i, name in enumerate(names)]
    assert [info.virtual for info in found] == [False, False, False, True]
    ids = [
        ("FaceTime HD Camera", "3F45E80A-0176-46F7-B185-BB9E2C0E82E3"),
        ("Logi C310", "0x110000046d081b"),
        ("Logi C310", "0x2110000046d081b"),
    ]
    cameras = [{"_name": name, "spcamera_unique-id": unique} for name, unique in ids]
    numbered = by_unique_id(found, json.dumps({"SPCameraDataType": cameras}).encode())
    assert [(info.index, info.name) for info in numbered] == [
        (0, "Logi C310"),
        (1, "Logi C310"),
        (2, "FaceTime HD Camera"),
    ]
    assert resolve_camera("FaceTime", numbered).name == "2"
    for untold in (cameras[:2], [{"_name": "Logi C310"}], None):
        told = json.dumps({"SPCameraDataType": untold}).encode()
        assert by_unique_id(found, told) == found
    assert by_unique_id(found, b"") == found


@pytest.mark.skipif(sys.platform != "linux", reason="sysfs is Linux's")
def test_a_webcams_marks_are_its_serial_number_and_its_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = tmp_path / "devices/usb1/1-3"
    node = port / "1-3:1.0/video4linux/video0"
    node.mkdir(parents=True)
    (port / "serial").write_text("8E2F\n")
    (port / "1-3:1.0/bInterfaceNumber").write_text("00\n")
    (node / "name").write_text("C920\n")
    (node / "device").symlink_to("../..")
    (tmp_path / "class").mkdir()
    (tmp_path / "class/video0").symlink_to(node)
    monkeypatch.setattr(linux, "_CLASS", tmp_path / "class")
    assert [(info.name, info.marks) for info in linux.list_v4l2()] == [
        ("C920", ("8E2F", "1-3", "1-3:1.0"))
    ]


class DirectShow:
    """OpenCV's, whose `grab` does not wait, and which forgets the FOURCC with all but that."""

    def __init__(self, *_: int) -> None:
        self.now: dict[int, float] = {}
        self.came: list[float] = []

    def isOpened(self) -> bool:
        return True

    def set(self, key: int, value: float) -> None:
        if key != cv2.CAP_PROP_FOURCC:
            self.now.pop(cv2.CAP_PROP_FOURCC, None)
        self.now[key] = value

    def get(self, key: int) -> float:
        return self.now.get(key, 0.0)

    def grab(self) -> bool:
        return True

    def retrieve(self) -> tuple[bool, np.ndarray]:
        time.sleep(0.01)
        self.came.append(time.monotonic())
        return True, np.full((720, 1280, 3), len(self.came) - 1, np.uint8)

    def release(self) -> None:
        return


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> DirectShow:
    device = DirectShow()
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: device)
    monkeypatch.setattr(sys, "platform", "win32")
    return device


def test_windows_gives_jpeg_of_the_wanted_size_and_rate(on_windows: DirectShow) -> None:
    camera = OpenCvCamera("0", "Webcam", CaptureFormat(1280, 720, 30))
    camera.close()
    assert on_windows.get(cv2.CAP_PROP_FOURCC) == cv2.VideoWriter.fourcc(*"MJPG")
    assert (camera.width, camera.height, camera.fps) == (1280, 720, 30)


def test_a_picture_of_windows_was_not_captured_before_it_was_there(on_windows: DirectShow) -> None:
    camera = OpenCvCamera("0", "Webcam", CaptureFormat())
    shot = camera.read(1.0)
    camera.close()
    assert shot is not None and shot.time >= on_windows.came[shot.decode()[0, 0, 0]]


@pytest.mark.skipif(sys.platform != "linux", reason="sysfs is Linux's")
def test_an_infrared_camera_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Integrated IR Camera", "FIRE Camera")):
        (tmp_path / f"video{number}").mkdir()
        (tmp_path / f"video{number}/name").write_text(name + "\n")
    monkeypatch.setattr(linux, "_CLASS", tmp_path)
    assert [info.infrared for info in linux.list_v4l2()] == [True, False]


def test_an_absent_device_is_one_clear_line() -> None:
    with pytest.raises(CameraError, match="'Webcam' is not there; plug it in again") as raised:
        open_camera(CameraChoice("device", "/dev/video987", "Webcam"), CaptureFormat())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"this is no film at all" * 50])
def test_a_file_that_is_no_film_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    with pytest.raises(CameraError, match="broken.mp4' has no video that can be played"):
        open_camera(resolve_camera(str(path), []), CaptureFormat())


def test_a_sound_file_is_no_camera() -> None:
    with pytest.raises(CameraError, match="has no video"):
        FileCamera(demo.ASSETS / "demo_sound.opus")


@pytest.mark.long
def test_a_film_is_looped_in_real_time(tmp_path: Path) -> None:
    source = FileCamera(clip(tmp_path / "film.mp4"))
    assert (source.width, source.height, source.fps) == (64, 48, 25.0)
    times, levels = [], []
    for _ in range(25):
        shot = source.read(1.0)
        assert shot is not None
        assert shot.time <= time.monotonic()
        times.append(shot.time)
        levels.append(int(shot.decode().mean()))
    source.close()
    places = np.round((np.array(levels) - 20) / 20).astype(int)
    # Where a picture came too late it was left out, and the next is where real time is.
    assert np.array_equal(places, np.round(np.array(times) * 25) % 10)


def test_a_film_does_not_wait_longer_than_allowed(tmp_path: Path) -> None:
    source = FileCamera(clip(tmp_path / "slow.mp4", fps=1, frames=3))
    assert source.read(0.5) is not None  # the one that is due already
    assert source.read(1.5) is not None
    assert source.read(0.02) is None
    source.close()


def test_a_film_asked_for_late_goes_on_with_the_newest_picture(tmp_path: Path) -> None:
    source = FileCamera(clip(tmp_path / "film.mp4"))
    first = source.read(1.0)
    time.sleep(0.2)
    shot = source.read(1.0)
    assert first is not None and shot is not None
    assert shot.time - first.time > 0.15
    assert source.dropped >= 3
    source.close()


def test_the_demo_gives_pictures_of_the_wanted_size_on_its_grid() -> None:
    source = DemoCamera(CaptureFormat(320, 180, 25))
    shots = [source.read(1.0) for _ in range(3)]
    times = np.array([shot.time for shot in shots if shot is not None]) * 25
    assert np.allclose(times, np.round(times), atol=1e-4)
    assert shots[0] is not None and shots[0].decode().shape == (180, 320, 3)


def test_the_demos_mouth_moves_with_its_voice() -> None:
    mouth, sound = demo.mouth().astype(float), load_loop()
    assert sound.shape == (len(mouth), 480)
    level = np.convolve(10 * np.log10((sound**2).mean(1) + 1e-9), np.ones(9) / 9, "same")
    assert np.corrcoef(mouth, level)[0, 1] > 0.7
    scene = DemoScene(640, 360)
    loop = len(mouth) / demo.STEPS_A_SECOND
    opened = [float(np.argmax(mouth)) / 100 + loop * 3, float(np.argmin(mouth)) / 100 + loop * 3]
    wide, shut = (scene._lips.opened(scene._opening(moment)).copy() for moment in opened)
    changed = np.abs(wide.astype(int) - shut).max(axis=2) > 24
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert changed.sum() > 100
    # Only the lower half of the face moves.
    assert np.ptp(rows) < 90 and np.ptp(columns) < 110


def test_a_broken_jpeg_is_no_picture_whatever_it_claims() -> None:
    jpeg = cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8))[1].reshape(-1)
    whole = decoded(jpeg)
    assert whole is not None and whole.shape == (48, 64, 3)
    vast = jpeg.tobytes().replace(b"\x00\x30\x00\x40", b"\xff\x00\xff\x00")
    for broken in (jpeg[:0], jpeg[: len(jpeg) // 8], np.frombuffer(vast, np.uint8)):
        assert decoded(broken) is None
