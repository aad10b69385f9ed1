"""The PipeWire camera as its clients see it: no kernel module, real servers, real programs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest

from tests.devices.chromium_camera import grab
from tests.devices.running_daemon import RunningDaemon
from tests.devices.sound_server import PipeWire, running
from tests.waiting import until
from vcam.video.stages.standby import standby_card

WIDTH, HEIGHT = 640, 360
GREEN = (40, 200, 40)  # BGR
_PROPERTIES = "org.freedesktop.DBus.Properties"
_STORE = "org.freedesktop.impl.portal.PermissionStore"
_PORTAL = Path("/usr/libexec/xdg-desktop-portal")


class PipeWireDesktop(PipeWire):
    """PipeWire with the portal through which browsers ask for cameras; they may have them."""

    programs = (*PipeWire.programs, "dbus-send")

    def start(self) -> None:
        super().start()
        folder = self.folder / "portals"
        folder.mkdir(exist_ok=True)
        (folder / "test.portal").write_text(
            "[portal]\nDBusName=org.freedesktop.impl.portal.desktop.test\n"
            "Interfaces=org.freedesktop.impl.portal.Access;\nUseIn=test\n"
        )
        self.environment |= {
            "XDG_DESKTOP_PORTAL_DIR": str(folder),
            "XDG_CURRENT_DESKTOP": "test",
        }
        self._spawn(str(_PORTAL.parent / "xdg-permission-store"))
        until(self._allow_cameras, why="the permission store")

    def open_portal(self) -> None:
        """Starts the portal and waits until it knows the camera; one started before never does."""
        self._spawn(str(_PORTAL))
        desktop = "org.freedesktop.portal.Desktop"
        # To ask a portal that is not there yet would start another one.
        asked = ("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner")
        until(lambda: self._ask(*asked, f"string:{desktop}"), why="the portal")
        asked = (desktop, "/" + desktop.replace(".", "/").lower(), f"{_PROPERTIES}.Get")
        camera = ("string:org.freedesktop.portal.Camera", "string:IsCameraPresent")
        until(lambda: self._ask(*asked, *camera), why="the portal knows the camera")

    def _ask(self, whom: str, *words: str) -> bool:
        call = ["dbus-send", "--session", "--print-reply", f"--dest={whom}", *words]
        done = subprocess.run(call, env=self.environment, capture_output=True, text=True)
        return "boolean true" in done.stdout

    def _allow_cameras(self) -> bool:
        call = [
            *("dbus-send", "--session", "--print-reply", f"--dest={_STORE}"),
            "/" + _STORE.replace(".", "/"),
            f"{_STORE}.SetPermission",
            *("string:devices", "boolean:true", "string:camera", "string:", "array:string:yes"),
        ]
        return subprocess.run(call, env=self.environment, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def desktop() -> Iterator[PipeWireDesktop]:
    with running(PipeWireDesktop) as server:
        yield server


@pytest.fixture(scope="module")
def daemon(
    desktop: PipeWireDesktop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDaemon]:
    picture = tmp_path_factory.mktemp("background") / "green.png"
    cv2.imwrite(str(picture), np.full((HEIGHT, WIDTH, 3), GREEN, np.uint8))
    settings = {"width": WIDTH, "height": HEIGHT, "background": str(picture), "brightness": False}
    words = ("--camera", "demo", "--microphone", "demo")
    with RunningDaemon(desktop.environment, *words, settings=settings) as running:
        running.wait_for(lambda s: s.video.sink == "Enhanced Camera")
        yield running


def green_corners(frame: np.ndarray) -> float:
    green = np.abs(frame.astype(int) - GREEN).max(2) < 24
    return min(green[:60, :60].mean(), green[:60, -60:].mean())


def hides_the_room(frame: np.ndarray) -> bool:
    """True for the standby card and for any picture with the green background."""
    card = cv2.cvtColor(standby_card(WIDTH, HEIGHT), cv2.COLOR_YUV2BGR_I420)
    return green_corners(frame) > 0.95 or np.abs(frame.astype(int) - card).mean() < 8


def shows_person_before_green(frame: np.ndarray) -> bool:
    assert frame.shape == (HEIGHT, WIDTH, 3)
    green = np.abs(frame.astype(int) - GREEN).max(2) < 24
    centre = green[HEIGHT // 3 : HEIGHT * 2 // 3, WIDTH * 2 // 5 : WIDTH * 3 // 5].mean()
    return green_corners(frame) > 0.95 and centre < 0.5


def decoded(png: bytes) -> np.ndarray:
    frame = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert frame is not None
    return frame


def grab_with_gstreamer(desktop: PipeWireDesktop, folder: Path) -> list[np.ndarray]:
    """Sixty frames: enough to see the camera wake up."""
    folder.mkdir()
    done = subprocess.run(
        ["gst-launch-1.0", "-q", "pipewiresrc", "target-object=enhanced_camera", "num-buffers=60"]
        + ["!", "videoconvert", "!", "video/x-raw,format=RGB", "!", "pngenc", "!"]
        + ["multifilesink", f"location={folder}/%03d.png"],
        env=desktop.environment,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    return [decoded(file.read_bytes()) for file in sorted(folder.iterdir())]


def test_a_gstreamer_client_gets_the_enhanced_picture_and_comes_again(
    desktop: PipeWireDesktop, daemon: RunningDaemon, tmp_path: Path
) -> None:
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("not installed: gst-launch-1.0")
    for visit in ("first", "second"):
        daemon.wait_for(lambda s: s.video.state == "standby")
        frames = grab_with_gstreamer(desktop, tmp_path / visit)
        assert len(frames) == 60
        assert all(hides_the_room(frame) for frame in frames)
        assert shows_person_before_green(frames[-1])


def test_the_status_names_the_reader(desktop: PipeWireDesktop, daemon: RunningDaemon) -> None:
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("not installed: gst-launch-1.0")
    reader = subprocess.Popen(
        ["gst-launch-1.0", "-q", "pipewiresrc", "target-object=enhanced_camera", "!"]
        + ["videoconvert", "!", "video/x-raw,format=RGB", "!", "fakesink"],
        env=desktop.environment,
    )
    try:
        now = daemon.wait_for(lambda s: s.video.state == "live" and s.video.readers != [])
        assert now.video.reader_present
        assert any("gst-launch" in name for name in now.video.readers)
    finally:
        reader.terminate()
        reader.wait()
    daemon.wait_for(lambda s: s.video.state == "standby" and not s.video.readers)


def green_film(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for step in range(50):
            green = np.full((HEIGHT, WIDTH, 3), GREEN, np.uint8) + np.uint8(step % 5)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(green, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("moving", [False, True], ids=["picture", "film"])
def test_the_camera_outlives_killed_workers_and_its_reader_sees_it_go_on(
    desktop: PipeWireDesktop, daemon: RunningDaemon, tmp_path: Path, moving: bool
) -> None:
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("not installed: gst-launch-1.0")
    if moving:
        daemon.set(background=str(green_film(tmp_path / "green.mp4")), framing="auto")
    died = daemon.status().video.restarts
    frames = tmp_path / "frames.rgb"
    with frames.open("wb") as file:
        reader = subprocess.Popen(
            ["gst-launch-1.0", "-q", "pipewiresrc", "target-object=enhanced_camera", "!"]
            + ["videoconvert", "!", "video/x-raw,format=RGB", "!", "fdsink"],
            env=desktop.environment,
            stdout=file,
        )
    try:
        daemon.wait_for(lambda s: s.video.state == "live")
        number = camera_number(desktop)
        for process in psutil.Process(daemon.process.pid).children():
            if "multiprocessing" in " ".join(process.cmdline()):
                process.kill()
        daemon.wait_for(lambda s: s.video.restarts == died + 1)
        daemon.wait_for(lambda s: s.video.state == "live" and s.video.fps > 0)
        before = frames.stat().st_size
        until(lambda: frames.stat().st_size > before + 10 * WIDTH * HEIGHT * 3)
        assert reader.poll() is None and camera_number(desktop) == number
    finally:
        reader.terminate()
        reader.wait()
    seen = np.fromfile(frames, np.uint8)
    seen = seen[: len(seen) // (WIDTH * HEIGHT * 3) * WIDTH * HEIGHT * 3]
    pictures = seen.reshape(-1, HEIGHT, WIDTH, 3)[..., ::-1]
    assert all(hides_the_room(picture) for picture in pictures)
    assert shows_person_before_green(pictures[-1])


def camera_number(desktop: PipeWireDesktop) -> list[int]:
    """PipeWire's number of the Enhanced Camera."""
    dump = subprocess.check_output(["pw-dump"], env=desktop.environment, text=True)
    things, _ = json.JSONDecoder().raw_decode(dump)  # what changes meanwhile follows
    return [
        thing["id"]
        for thing in things
        if (thing.get("info") or {}).get("props", {}).get("node.name") == "enhanced_camera"
    ]


def test_chromium_grabs_the_enhanced_picture(
    desktop: PipeWireDesktop, daemon: RunningDaemon
) -> None:
    if not shutil.which("chromium") or not _PORTAL.exists():
        pytest.skip("not installed: chromium or xdg-desktop-portal")
    desktop.open_portal()
    got = grab(
        desktop.environment,
        "Enhanced Camera",
        "--enable-features=WebRtcPipeWireCamera",
        "--enable-logging=stderr",
        "--vmodule=*webrtc*=3,*pipewire*=3,*portal*=3,*video_capture*=2",  # which cameras it finds
        frames=40,
        seconds=300,
    )
    assert got.label.startswith("Enhanced Camera")
    frames = [decoded(png) for png in got.frames]
    assert all(hides_the_room(frame) for frame in frames)
    assert shows_person_before_green(frames[-1])


def test_the_camera_returns_after_the_server_was_killed(
    desktop: PipeWireDesktop, daemon: RunningDaemon, tmp_path: Path
) -> None:
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("not installed: gst-launch-1.0")
    desktop.kill()
    daemon.wait_for(lambda s: s.video.sink != "Enhanced Camera")
    desktop.start()
    daemon.wait_for(lambda s: s.video.sink == "Enhanced Camera")
    daemon.wait_for(lambda s: s.video.state == "standby")
    assert shows_person_before_green(grab_with_gstreamer(desktop, tmp_path / "after")[-1])
