"""Runs a script in a small virtual machine that has a webcam (vivid) and v4l2loopback.

The guest's files are this machine's own, read-only under a layer in memory: it runs the same
Python environment, the same checkout and the same programs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KERNEL = ROOT / ".device-tests" / "guest"
PATIENCE = 1800.0
"""Seconds, against hangs only: the guest is emulated, and the machine may be busy."""

_NEEDED = ("qemu-system-x86_64", "ffmpeg", "v4l2-ctl", "apt-get", "dpkg", "make", "gcc")


def obstacle() -> str | None:
    """Why the guest cannot run here; None when it can."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "the guest is for Linux on x86-64"
    missing = [program for program in _NEEDED if not shutil.which(program)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not (KERNEL / "vmlinuz").exists() and os.geteuid() != 0:
        return "building the guest's kernel needs root"
    return None


def run(script: str, shared: Path, *, seconds: float) -> str:
    """Runs a shell script as root of the guest; `shared` is /run/host there, and writable.

    Returns what it printed. AssertionError when it failed or took longer.
    """
    _build()
    (shared / "test.sh").write_text(script)
    # Emulated, also where KVM is: a machine that is itself virtual may offer one that hangs.
    command = [
        *("qemu-system-x86_64", "-accel", "tcg,thread=multi"),
        *("-cpu", "Nehalem", "-smp", "2", "-m", "3072", "-nodefaults", "-no-reboot", "-nographic"),
        *("-serial", "stdio", "-monitor", "none", "-device", "virtio-rng-pci"),
        *("-kernel", str(KERNEL / "vmlinuz"), "-initrd", str(KERNEL / "initrd")),
        *("-append", "console=ttyS0 quiet loglevel=4 mitigations=off no_timer_check panic=-1"),
        *_folder("root", Path("/"), "readonly=on,multidevs=remap"),
        *_folder("host", shared, "multidevs=remap"),
    ]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
        )
        console = done.stdout + done.stderr
    except subprocess.TimeoutExpired as late:
        console = f"longer than {seconds} s; {(late.stdout or b'').decode(errors='replace')}"
    output = shared / "output"
    printed = output.read_text(errors="replace") if output.exists() else ""
    result = shared / "rc"
    code = result.read_text().strip() if result.exists() else "missing"
    assert code == "0", f"the guest's result is {code}: {console[-3000:]}\n{printed[-6000:]}"
    return printed


def _folder(tag: str, path: Path, options: str) -> list[str]:
    return [
        *("-fsdev", f"local,id={tag},path={path},security_model=none,{options}"),
        *("-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"),
    ]


def _build() -> None:
    recipe = [HERE / name for name in ("build.sh", "first.sh", "second.sh")]
    kernel = KERNEL / "vmlinuz"
    if kernel.exists() and kernel.stat().st_mtime > max(f.stat().st_mtime for f in recipe):
        return
    done = subprocess.run([recipe[0], KERNEL], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"the guest's kernel was not built: {done.stdout}{done.stderr}"
