"""Looks at the machine: what the main job needs, what is missing, the command that mends it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from vcam import devices
from vcam.packaged import packaged
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, advised

_SIGNING_KEYS = {
    "dkms": "/var/lib/dkms/mok.pub",
    "ubuntu": "/var/lib/shim-signed/mok/MOK.der",
    "fedora": "/etc/pki/akmods/certs/public_key.der",
}

State = Literal["ok", "warning", "missing"]


class Check(BaseModel):
    """One look. `missing` stops the main job on real devices, `warning` does not.

    `reason` is what `detail` says when something is amiss.
    """

    name: str
    state: State
    detail: str
    fix: str | None = None
    reason: Reason | None = None

    @classmethod
    def amiss(cls, name: str, state: State, reason: Reason, fix: str | None = None) -> Check:
        """A finding: `fix` is a command, or else what the reason advises."""
        fix = fix or advised(reason) or None
        return cls(name=name, state=state, detail=str(reason), fix=fix, reason=reason)


class Report(BaseModel):
    """Every look. `ready` is true when the main job can run on real devices."""

    ready: bool
    checks: list[Check]


def check() -> Report:
    """Looks at everything, each time anew; a look that fails is itself a finding."""
    looks: list[Callable[[], Check]] = [
        _camera,
        _virtual_camera,
        _microphone,
        _virtual_microphone,
        _sound_server,
        _portaudio,
        _networks,
        _provider,
        _denoisers,
        _tray_host,
    ]
    if sys.platform == "linux":
        looks.insert(2, _secure_boot)
    checks = [_safely(look) for look in looks]
    return Report(ready=all(c.state != "missing" for c in checks), checks=checks)


def signing_key(root: Path = Path("/")) -> str:
    """The public key of what signs the modules that are built on this Linux, or will be it."""
    for key in _SIGNING_KEYS.values():
        if os.path.exists(root / key.lstrip("/")):
            return key
    try:
        told = platform.freedesktop_os_release()
    except OSError:
        told = {}
    family = {told.get("ID", ""), *told.get("ID_LIKE", "").split()}
    expected = (key for system, key in _SIGNING_KEYS.items() if system in family)
    return next(expected, _SIGNING_KEYS["dkms"])


def _safely(look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:
        name = look.__name__.strip("_").replace("_", " ")
        return Check.amiss(name, "warning", Reason.of("doctor.look_failed", error=error))


def _camera() -> Check:
    found = devices.cameras()
    if found:
        return Check(name="camera", state="ok", detail=", ".join(c.name for c in found))
    return Check.amiss("camera", "missing", Reason.of("doctor.no_camera"))


def _virtual_camera() -> Check:
    found = devices.virtual_camera()
    if sys.platform == "linux":
        from vcam.video.publish.v4l2loopback import loopback_state

        loopback = loopback_state()
        version = f"v4l2loopback {loopback.version}" if loopback.version else "v4l2loopback"
        if loopback.state == "present":
            detail = f"{version} at {loopback.device}"
            return Check(name="virtual camera", state="ok", detail=detail)
        lacking = loopback.reason or Reason.of("loopback.not_loaded")
        if not found.usable:
            return Check.amiss("virtual camera", "missing", lacking, loopback.fix)
        # Browsers see the kind that stands in, but desktop Zoom does not.
        reason = Reason.of("doctor.stand_in", cause=lacking, kind=found.detail)
        return Check.amiss("virtual camera", "warning", reason, loopback.fix)
    return _virtual("virtual camera", found)


def _virtual(name: str, found: devices.VirtualDevice) -> Check:
    if found.reason is not None:
        return Check.amiss(name, "missing", found.reason)
    detail = found.detail
    if sys.platform != "linux":
        detail += "; on while vcam runs, for nothing here tells who uses it"
    return Check(name=name, state="ok", detail=detail)


def _secure_boot() -> Check:
    variables = list(Path("/sys/firmware/efi/efivars").glob("SecureBoot-*"))
    enabled = any(v.read_bytes()[-1:] == b"\x01" for v in variables)
    if enabled and not devices.virtual_camera().usable:
        return Check.amiss(
            "secure boot",
            "warning",
            Reason.of("doctor.secure_boot"),
            f"sudo mokutil --import {signing_key()}, then restart and enrol the key",
        )
    return Check(name="secure boot", state="ok", detail="on" if enabled else "off")


def _microphone() -> Check:
    found = devices.microphones()
    if found:
        return Check(name="microphone", state="ok", detail=", ".join(m.name for m in found))
    return Check.amiss("microphone", "missing", Reason.of("doctor.no_microphone"))


def _virtual_microphone() -> Check:
    return _virtual("virtual microphone", devices.virtual_microphone())


def _sound_server() -> Check:
    if sys.platform != "linux":
        return Check(name="sound server", state="ok", detail="the system's own")
    name = devices.sound_server()
    if name:
        return Check(name="sound server", state="ok", detail=name)
    return Check.amiss(
        "sound server",
        "missing",
        Reason.of("doctor.no_server"),
        "sudo apt install pipewire-pulse wireplumber && systemctl --user start pipewire-pulse",
    )


def _portaudio() -> Check:
    try:
        import sounddevice
    except OSError:
        return Check.amiss(
            "PortAudio",
            "warning" if sys.platform == "linux" else "missing",
            Reason.of("doctor.no_library"),
            "sudo apt install libportaudio2",
        )
    return Check(name="PortAudio", state="ok", detail=sounddevice.get_portaudio_version()[1])


def _networks() -> Check:
    from vcam.networks import models

    try:
        broken = [m.name for m in models.list_models().values() if not m.intact]
    except VcamError as error:
        return Check.amiss("networks", "missing", error.reason)
    if broken:
        reason = Reason.of("doctor.networks", names=", ".join(broken))
        return Check.amiss("networks", "missing", reason)
    return Check(name="networks", state="ok", detail=", ".join(models.list_models()))


def _provider() -> Check:
    from vcam.networks import models

    provider = models.open_model("portrait").provider
    if provider == "CPUExecutionProvider" and shutil.which("nvidia-smi"):
        if packaged():
            return Check.amiss("execution provider", "warning", Reason.of("doctor.no_cuda"))
        return Check.amiss(
            "execution provider",
            "warning",
            Reason.of("doctor.gpu_idle"),
            "pip install onnxruntime-gpu[cuda,cudnn]",
        )
    return Check(
        name="execution provider", state="ok", detail=provider.removesuffix("ExecutionProvider")
    )


def _denoisers() -> Check:
    from vcam.audio.denoisers import registry

    known = [
        f"{name} {registry.delay_ms(name):.0f} ms"
        if registry.installed(name)
        else f"{name} not part of the package"
        if packaged()
        else f"{name} not installed (pip install {registry.OTHERS[name].install})"
        for name in registry.NAMES
    ]
    return Check(name="denoisers", state="ok", detail=", ".join(known))


def _tray_host() -> Check:
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Check.amiss("tray host", "warning", Reason.of("doctor.no_screen"))
    if importlib.util.find_spec("PySide6") is None:
        return Check.amiss(
            "tray host", "warning", Reason.of("doctor.no_qt"), "pip install PySide6-Essentials"
        )
    question = (
        "import sys; from PySide6.QtWidgets import QApplication, QSystemTrayIcon; "
        "a = QApplication([]); sys.exit(0 if QSystemTrayIcon.isSystemTrayAvailable() else 3)"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, timeout=20)
    if answer.returncode == 0:
        return Check(name="tray host", state="ok", detail="present")
    return Check.amiss("tray host", "warning", Reason.of("doctor.no_tray"))
