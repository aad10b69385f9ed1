"""The virtual camera as far as it can be tested without one; tests/devices has the rest."""

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import until
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.runtime import runtime_dir
from vcam.names import PREVIEW_SINK
from vcam.schema.reasons import Reason
from vcam.setup_plan import Loopback
from vcam.video.linux import v4l2
from vcam.video.linux.holders import ReaderWatch, holders
from vcam.video.publish import registry
from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.publish.pipewire.publisher import PipeWirePublisher
from vcam.video.publish.preview import PreviewPublisher
from vcam.video.publish.registry import better_possible, open_publisher
from vcam.video.publish.v4l2loopback import (
    LoopbackPublisher,
    LoopbackState,
    loopback_state,
    other_loopbacks,
)


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    (tmp_path / "module/v4l2loopback").mkdir(parents=True)
    (tmp_path / "module/v4l2loopback/version").write_text("0.12.7\n")
    return tmp_path


def add_device(sysfs: Path, node: str, label: str, *, loopback: bool = True) -> None:
    folder = sysfs / "devices/virtual/video4linux" / node
    folder.mkdir(parents=True)
    (folder / "name").write_text(label + "\n")
    if loopback:
        (folder / "max_openers").write_text("10\n")


def state(
    sysfs: Path, capabilities: Callable[[Path], int] = lambda _: v4l2.OUTPUT
) -> LoopbackState:
    return loopback_state(sysfs=sysfs, modules=sysfs / "modules", capabilities=capabilities)


def test_the_device_is_found_by_its_label(sysfs: Path) -> None:
    add_device(sysfs, "video3", "OBS Virtual Camera")
    add_device(sysfs, "video7", "Enhanced Camera", loopback=False)
    add_device(sysfs, "video12", "Enhanced Camera")
    found = state(sysfs)
    assert found.state == "present"
    assert str(found.device) == "/dev/video12"
    assert found.version == "0.12.7"
    assert found.exclusive_caps and found.reason is None and found.fix is None


def test_another_label_is_inconsistent_and_named(sysfs: Path) -> None:
    add_device(sysfs, "video0", "OBS Virtual Camera")
    found = state(sysfs)
    assert (found.state, found.device) == ("inconsistent", None)
    assert "OBS Virtual Camera" in str(found.reason)
    assert found.fix == "vcam setup"


def test_the_module_without_a_device_is_loaded_anew(sysfs: Path) -> None:
    found = state(sysfs)
    assert (found.state, found.device) == ("inconsistent", None)
    assert found.fix is not None
    assert "modprobe -r v4l2loopback" in found.fix and 'card_label="Enhanced Camera"' in found.fix


def test_devices_of_others_are_known_with_their_options(sysfs: Path) -> None:
    add_device(sysfs, "video0", "DroidCam")
    add_device(sysfs, "video10", "Enhanced Camera")
    add_device(sysfs, "video4", "OBS Virtual Camera")
    parameters = sysfs / "module/v4l2loopback/parameters"
    parameters.mkdir()
    (parameters / "video_nr").write_text("10,4,0,-1\n")
    (parameters / "exclusive_caps").write_text("Y,Y,N,N\n")
    assert other_loopbacks(sysfs) == (
        Loopback(0, "DroidCam", exclusive=False),
        Loopback(4, "OBS Virtual Camera", exclusive=True),
    )


def test_without_exclusive_caps_is_inconsistent(sysfs: Path) -> None:
    add_device(sysfs, "video10", "Enhanced Camera")
    found = state(sysfs, lambda _: v4l2.CAPTURE | v4l2.OUTPUT)
    assert (found.state, found.exclusive_caps) == ("inconsistent", False)
    assert "exclusive_caps" in str(found.reason) and "exclusive_caps=1" in (found.fix or "")


def test_an_exclusive_device_whose_producer_crashed_is_present(sysfs: Path) -> None:
    add_device(sysfs, "video4", "OBS Virtual Camera")
    add_device(sysfs, "video10", "Enhanced Camera")
    parameters = sysfs / "module/v4l2loopback/parameters"
    parameters.mkdir()
    (parameters / "video_nr").write_text("10,4,-1\n")
    (parameters / "exclusive_caps").write_text("Y,N,N\n")
    both = v4l2.CAPTURE | v4l2.OUTPUT
    assert state(sysfs, lambda _: both).state == "present"
    (parameters / "exclusive_caps").write_text("N,Y,N\n")
    assert state(sysfs, lambda _: both).state == "inconsistent"


def test_missing_rights_are_told_apart(sysfs: Path) -> None:
    def denied(_: Path) -> int:
        raise PermissionError(13, "Permission denied")

    add_device(sysfs, "video10", "Enhanced Camera")
    found = state(sysfs, denied)
    assert found.state == "inconsistent"
    assert "usermod -aG video" in (found.fix or "")


def test_absent_says_whether_to_install_or_to_load(tmp_path: Path) -> None:
    assert state(tmp_path).state == "absent"
    assert (state(tmp_path).fix or "").startswith(
        "sudo apt install v4l2loopback-dkms && sudo modprobe"
    )
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/modules.dep").write_text("updates/dkms/v4l2loopback.ko.xz: kernel/x.ko\n")
    assert (state(tmp_path).fix or "").startswith("sudo modprobe v4l2loopback")


HOLD = "import os, sys; f = os.open(sys.argv[1], getattr(os, sys.argv[2])); print(f, flush=True); \
os.read(0, 1)"


def hold(path: Path, mode: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def release(process: subprocess.Popen[bytes]) -> None:
    process.communicate(b"x")
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_holders_are_found_with_name_and_direction(tmp_path: Path) -> None:
    device = tmp_path / "video10"
    device.touch()
    assert holders(device) == []
    reader, writer = hold(device, "O_RDWR"), hold(device, "O_WRONLY")
    found = {h.pid: h for h in holders(device)}
    assert set(found) == {reader.pid, writer.pid}
    assert "python" in found[reader.pid].name
    assert not found[reader.pid].writes_only and found[writer.pid].writes_only
    assert not found[reader.pid].mapped
    release(reader)
    release(writer)
    assert holders(device) == []


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_readers_come_and_go_and_writers_do_not_count(tmp_path: Path) -> None:
    device = tmp_path / "video10"
    device.touch()
    watch = ReaderWatch(device)
    assert watch.readers() == []
    writer = hold(device, "O_WRONLY")
    reader = hold(device, "O_RDWR")
    until(lambda: len(watch.readers()) == 1)
    release(reader)
    until(lambda: watch.readers() == [])
    release(writer)
    watch.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_program_that_only_lists_the_cameras_is_no_reader(tmp_path: Path) -> None:
    device = tmp_path / "video10"
    device.touch()
    watch = ReaderWatch(device)
    assert watch.readers() == []
    handle = os.open(device, os.O_RDWR)
    os.close(handle)
    lister = hold(device, "O_RDWR")
    at_once = watch.readers()
    release(lister)
    assert at_once == []
    until(lambda: watch.readers() == [])
    watch.close()


class Refusing(PreviewPublisher):
    kind = "refusing"

    def open(self, width: int, height: int, fps: float) -> None:
        raise PublishError("virtualcam.closed", name="It")


class Impossible(PreviewPublisher):
    kind = "impossible"

    @classmethod
    def obstacle(cls) -> Reason:
        return Reason.of("loopback.not_loaded")


class Willing(PreviewPublisher):
    kind = "willing"


def offer(monkeypatch: pytest.MonkeyPatch, *classes: type[CameraPublisher]) -> None:
    for c in classes:
        monkeypatch.setitem(registry.PUBLISHERS, c.kind, f"{__name__}:{c.__name__}")
    monkeypatch.setitem(registry.PLATFORMS, sys.platform, tuple(c.kind for c in classes))


def test_the_first_kind_that_opens_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Impossible, Refusing, Willing)
    opened = open_publisher(640, 360, 30)
    assert opened.kind == "willing" and opened.problem is None


def test_where_nothing_opens_the_preview_says_what_the_best_kind_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, Impossible, Refusing)
    opened = open_publisher(640, 360, 30)
    assert (opened.kind, opened.name) == ("preview", PREVIEW_SINK)
    assert opened.problem == Reason.of("loopback.not_loaded")
    assert opened.reader_present() and opened.readers() == []
    opened.send(np.zeros((540, 640), np.uint8))
    with pytest.raises(ValueError):
        opened.send(np.zeros((540, 320), np.uint8))


def test_a_better_kind_is_noticed_when_it_becomes_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Impossible, Willing)
    preview = PreviewPublisher()
    assert better_possible(preview)
    assert not better_possible(Willing())
    monkeypatch.setattr(Impossible, "obstacle", classmethod(lambda cls: None))
    assert better_possible(Willing())


@pytest.mark.skipif(sys.platform != "linux", reason="v4l2loopback is Linux's")
def test_opening_without_a_device_says_what_to_do() -> None:
    if loopback_state().state == "present":
        pytest.skip("this machine has a real Enhanced Camera")
    with pytest.raises(PublishError, match="modprobe v4l2loopback"):
        LoopbackPublisher().open(640, 360, 30)


def test_every_kind_that_a_platform_tries_can_be_loaded() -> None:
    for kinds in registry.PLATFORMS.values():
        for kind in kinds:
            assert registry.publisher_class(kind).kind == kind


@pytest.mark.skipif(sys.platform != "linux", reason="PipeWire is Linux's")
def test_without_a_pipewire_server_its_camera_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PIPEWIRE_RUNTIME_DIR", str(tmp_path))
    assert "systemctl --user start pipewire" in str(PipeWirePublisher.obstacle())
    with pytest.raises(PublishError, match="PipeWire"):
        PipeWirePublisher().open(640, 360, 30)


@pytest.mark.skipif(sys.platform != "linux", reason="PipeWire is Linux's")
def test_a_holder_that_has_stopped_holds_up_no_picture(home: Path) -> None:
    from vcam.video.publish.pipewire.holder import HeldCamera

    folder, size = runtime_dir(), 64 * 48 * 3 // 2
    with (
        Mailbox.create(folder / "camera", size) as mailbox,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener,
    ):
        listener.bind(str(folder / "camera.sock"))
        listener.listen()
        # It says how the camera is and reads nothing from then on.
        opened: list[HeldCamera] = []
        joining = threading.Thread(target=lambda: opened.append(HeldCamera(64, 48, 30.0, {})))
        joining.start()
        holder = listener.accept()[0]
        holder.send(struct.pack("<IIdiI", 64, 48, 30.0, 3, 7))
        joining.join()
        camera = opened[0]
        for i in range(2000):  # far more than the socket takes
            camera.send(memoryview(bytes([i % 256]) * size))
        assert mailbox.read() == bytes([1999 % 256]) * size
        assert (camera.state(), camera.node_id()) == (3, 7)
        holder.close()
        with pytest.raises(OSError):
            camera.send(memoryview(bytes(size)))
        camera.close()
