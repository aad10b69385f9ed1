"""The Enhanced Camera on Linux with the v4l2loopback kernel module: every app sees it."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from vcam.names import CAMERA_NAME
from vcam.schema.reasons import Reason
from vcam.setup_plan import Loopback
from vcam.video.linux import v4l2
from vcam.video.publish.contract import CameraPublisher, PublishError

assert sys.platform == "linux"

from vcam.video.linux.holders import Holder, ReaderWatch, holders  # noqa: E402

_LOAD = (
    f'sudo modprobe v4l2loopback devices=1 video_nr=10 card_label="{CAMERA_NAME}" '
    "exclusive_caps=1 max_buffers=2"
)
_RELOAD = f"sudo modprobe -r v4l2loopback && {_LOAD}"
_INSTALL = f"sudo apt install v4l2loopback-dkms && {_LOAD}"
_JOIN = "sudo usermod -aG video $USER, then log out and in again"
_HEALTH = 1.0  # seconds between two looks at whether the device still takes our pictures
_SETTLE = 0.3  # seconds in which a reader that has just opened the device begins to stream
_LOST = Reason.of("loopback.gone", command=_LOAD)


@dataclass(frozen=True)
class LoopbackState:
    """What there is of v4l2loopback at this moment.

    `inconsistent` means: loaded, but not so that apps can use it as the Enhanced Camera; `reason`
    and `fix` (a shell command) say why and what to do, also when absent. `exclusive_caps` is None
    where the device could not be asked.
    """

    state: Literal["present", "absent", "inconsistent"]
    device: Path | None = None
    label: str | None = None
    version: str | None = None
    exclusive_caps: bool | None = None
    reason: Reason | None = None
    fix: str | None = None


def loopback_state(
    *,
    sysfs: Path = Path("/sys"),
    dev: Path = Path("/dev"),
    modules: Path | None = None,
    capabilities: Callable[[Path], int] = v4l2.capabilities,
) -> LoopbackState:
    """Looks at the module and its devices, each time anew; never raises.

    `modules` is the running kernel's folder of modules, where an unloaded v4l2loopback lies.
    """
    if not (sysfs / "module/v4l2loopback").is_dir():
        if _installed(modules or Path("/lib/modules") / os.uname().release):
            return LoopbackState("absent", reason=Reason.of("loopback.not_loaded"), fix=_LOAD)
        return LoopbackState("absent", reason=Reason.of("loopback.not_installed"), fix=_INSTALL)
    version = _read(sysfs / "module/v4l2loopback/version") or None
    labels = _loopback_labels(sysfs)
    device = next((dev / node for node, label in labels.items() if label == CAMERA_NAME), None)
    if device is None:
        others = ", ".join(f'"{label}"' for label in labels.values()) or "no device"
        return LoopbackState(
            "inconsistent",
            version=version,
            label=next(iter(labels.values()), None),
            reason=Reason.of("loopback.other_label", others=others),
            fix="vcam setup" if labels else _RELOAD,
        )
    try:
        bits = capabilities(device)
    except OSError as error:
        denied = error.errno == errno.EACCES
        return LoopbackState(
            "inconsistent",
            device,
            CAMERA_NAME,
            version,
            reason=Reason.of(
                "loopback.not_opened",
                device=device,
                error=os.strerror(error.errno or errno.EIO),
            ),
            fix=_JOIN if denied else _RELOAD,
        )
    # Both at once is also what an exclusive device says whose producer crashed under a reader.
    both = bool(bits & v4l2.CAPTURE and bits & v4l2.OUTPUT)
    if both and not _loaded_exclusive(sysfs, device.name, list(labels)):
        return LoopbackState(
            "inconsistent",
            device,
            CAMERA_NAME,
            version,
            exclusive_caps=False,
            reason=Reason.of("loopback.not_exclusive"),
            fix=_RELOAD,
        )
    return LoopbackState("present", device, CAMERA_NAME, version, exclusive_caps=True)


def other_loopbacks(sysfs: Path = Path("/sys")) -> tuple[Loopback, ...]:
    """What v4l2loopback serves besides the Enhanced Camera; never raises."""
    labels = _loopback_labels(sysfs)
    nodes = list(labels)
    return tuple(
        Loopback(int(node.removeprefix("video")), label, _loaded_exclusive(sysfs, node, nodes))
        for node, label in labels.items()
        if label != CAMERA_NAME
    )


class LoopbackPublisher(CameraPublisher):
    """Writes through pyvirtualcam, whose failed writes are silent: the device is asked instead.

    A second handle, the keeper, stays open beside it. It hears of readers (0.13 and later). In
    0.12 it counts as a streaming producer: such a module forgets to accept the next producer
    when one that used write() goes, but not when a streaming one does, however it ends.
    """

    kind = "v4l2loopback"

    def __init__(self) -> None:
        self._camera: object | None = None
        self._keeper = -1
        self._watch: ReaderWatch | None = None
        self._counted: int | None = None
        self._healthy = 0.0

    @classmethod
    def obstacle(cls) -> Reason | None:
        found = loopback_state()
        if found.state != "present" or found.device is None:
            return _none(found)
        try:
            other = _producer(found.device, settle=0.0)
        except OSError:
            return _LOST
        return _taken(found.device, other) if other else None

    def open(self, width: int, height: int, fps: float) -> None:
        import pyvirtualcam

        found = loopback_state()
        if found.device is None or found.state != "present":
            raise PublishError(_none(found))
        device = found.device
        _free_for_output(device)
        try:
            self._camera = pyvirtualcam.Camera(
                width=width,
                height=height,
                fps=fps,
                fmt=pyvirtualcam.PixelFormat.I420,
                device=str(device),
                backend="v4l2loopback",
            )
            self._keeper = os.open(device, os.O_RDWR | os.O_NONBLOCK)
            v4l2.announce_rate(self._keeper, fps)
            if not v4l2.subscribe_readers(self._keeper):
                v4l2.start_output(self._keeper)
            self._format = Path("/sys/class/video4linux") / device.name / "format"
            self._expected = f"YU12:{width}x{height}@"
            self._check_health()
        except PublishError:
            self.close()
            raise
        except (OSError, RuntimeError) as error:
            self.close()
            raise PublishError(
                "loopback.no_pictures", device=device, error=error, command=_RELOAD
            ) from error
        self._watch = ReaderWatch(device)
        self._shape = (height * 3 // 2, width)
        self._healthy = time.monotonic()

    def send(self, i420: np.ndarray) -> None:
        import pyvirtualcam

        if not isinstance(self._camera, pyvirtualcam.Camera):
            raise PublishError(_LOST)
        if i420.shape != self._shape:
            raise ValueError(f"the picture is {i420.shape}, not {self._shape}")
        self._camera.send(i420)
        now = time.monotonic()
        if now - self._healthy > _HEALTH:
            self._healthy = now
            self._check_health()

    def reader_present(self) -> bool:
        count = v4l2.reader_count(self._keeper) if self._keeper >= 0 else None
        if count is not None:
            self._counted = count
        if self._counted is not None:
            return self._counted > 0
        return bool(self.readers())

    def readers(self) -> list[str]:
        return self._watch.readers() if self._watch else []

    def close(self) -> None:
        import pyvirtualcam

        camera, self._camera = self._camera, None
        if isinstance(camera, pyvirtualcam.Camera):
            camera.close()
        # After the camera: the last to go decides whether the module takes the next producer.
        if self._keeper >= 0:
            os.close(self._keeper)
            self._keeper = -1
        if self._watch:
            self._watch.close()
            self._watch = None
        self._counted = None

    def _check_health(self) -> None:
        now = _read(self._format)
        if now.startswith(self._expected):
            return
        if not self._format.exists():
            raise PublishError(_LOST)
        raise PublishError(
            "loopback.held", size=now or "no format", other=self._expected.rstrip("@")
        )


def _free_for_output(device: Path) -> None:
    """Makes sure that we can be the producer. Raises PublishError when another program is."""
    try:
        if v4l2.capabilities(device) & v4l2.OUTPUT:
            return
        other = _producer(device, settle=_SETTLE)
        if other is not None:
            raise PublishError(_taken(device, other))
        # The module still waits for a producer that has gone: become one that streams, and go.
        handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
        try:
            v4l2.start_output(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise PublishError(
                "loopback.no_pictures", device=device, error=error.strerror, command=_RELOAD
            ) from error


def _producer(device: Path, *, settle: float) -> Holder | None:
    """The other program that feeds the device. Raises OSError when the device is gone.

    One that holds it and has mapped nothing writes to it, or is a reader about to begin: those
    are told apart by who still does so after `settle` seconds.
    """
    if v4l2.capabilities(device) & v4l2.OUTPUT:
        return None
    suspects = _others_without_buffers(device)
    if suspects and settle:
        time.sleep(settle)
        still = {h.pid for h in _others_without_buffers(device)}
        suspects = [h for h in suspects if h.pid in still]
    return suspects[0] if suspects else None


def _others_without_buffers(device: Path) -> list[Holder]:
    return [h for h in holders(device) if h.pid != os.getpid() and not h.mapped]


def _none(found: LoopbackState) -> Reason:
    return Reason.of("loopback.none", cause=found.reason, command=found.fix)


def _taken(device: Path, other: Holder) -> Reason:
    return Reason.of("loopback.taken", device=device, name=other.name, pid=other.pid)


def _loopback_labels(sysfs: Path) -> dict[str, str]:
    # `max_openers` is an attribute that v4l2loopback alone gives its devices.
    nodes = sorted((sysfs / "devices/virtual/video4linux").glob("video*"))
    return {n.name: _read(n / "name") for n in nodes if (n / "max_openers").exists()}


def _loaded_exclusive(sysfs: Path, node: str, nodes: list[str]) -> bool:
    parameters = sysfs / "module/v4l2loopback/parameters"
    numbers = _read(parameters / "video_nr").split(",")
    number = node.removeprefix("video")
    index = numbers.index(number) if number in numbers else nodes.index(node)
    return _read(parameters / "exclusive_caps").split(",")[index : index + 1] == ["Y"]


def _installed(modules: Path) -> bool:
    return "/v4l2loopback.ko" in _read(modules / "modules.dep")


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
