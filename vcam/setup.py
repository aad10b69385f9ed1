"""`vcam setup`: carries out what `vcam.setup_plan` plans, as root where it has to be.

What needs root is done by this program started once more through polkit or sudo, which is told the
names of steps and makes the commands itself: nothing else can be asked of it.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vcam import doctor
from vcam.schema.errors import VcamError
from vcam.setup_plan import Command, Machine, Packager, Plan, Server, Step, commands, plan, undoing

__all__ = ["Step", "carry_out", "lines", "needed", "taking_back"]

assert sys.platform == "linux"

from vcam.video.publish.v4l2loopback import other_loopbacks  # noqa: E402

_PACKAGERS: dict[str, Packager] = {
    "apt-get": "apt",
    "dnf": "dnf",
    "pacman": "pacman",
    "zypper": "zypper",
}


def machine() -> Machine:
    """This one, and whoever asked for root if we are it."""
    found = (name for program, name in _PACKAGERS.items() if shutil.which(program))
    servers: tuple[Server, ...] = ("pipewire-pulse", "pulseaudio")
    kernel = os.uname().release
    user = pwd.getpwuid(_asking()).pw_name
    return Machine(
        packager=next(found, None),
        kernel=kernel,
        user=user,
        signing_key=doctor.signing_key(),
        headers=(Path("/lib/modules") / kernel / "build").is_dir(),
        may_film=_may_film(user),
        sound=next((s for s in servers if shutil.which(s)), None),
        systemd=Path("/run/systemd/system").is_dir(),
        extra_packages=any(Path("/etc/yum.repos.d").glob("rpmfusion-free*")),
        loopbacks=other_loopbacks(),
    )


def needed() -> Plan:
    """What the doctor's findings ask for."""
    return plan((c.reason for c in doctor.check().checks if c.reason), machine())


def taking_back() -> Plan:
    """What undoes it here."""
    loaded = Path("/sys/module/v4l2loopback").is_dir()
    return undoing(loaded=loaded and not other_loopbacks())


def lines(steps: Iterable[Step]) -> list[str]:
    """The commands as they would be typed."""
    here = machine()
    return [command.as_typed for step in steps for command in commands(step, here)]


def carry_out(steps: Iterable[Step], *, terminal: bool) -> None:
    """Does the steps in their order, asking for the password at most once.

    Raises VcamError naming the line that failed, or when there is no way to become root.
    """
    steps = list(steps)
    roots = [step for step in steps if step.by_root]
    if roots and os.geteuid() != 0:
        _as_root(roots, terminal)
        steps = [step for step in steps if not step.by_root]
    here = machine()
    for step in steps:
        for command in commands(step, here):
            _run(command)


def _run(command: Command) -> None:
    session = {} if command.by_root or os.geteuid() != 0 else _session(_asking())
    try:
        code = subprocess.run(
            command.words, input=command.reads or None, text=True, stdout=sys.stderr, **session
        ).returncode
    except OSError as error:
        raise VcamError("setup.failed", line=command.as_typed) from error
    if code != 0:
        raise VcamError("setup.failed", line=command.as_typed)


def _as_root(steps: list[Step], terminal: bool) -> None:
    """Starts this program as root; a window asks through polkit, a terminal through sudo."""
    ways = ["sudo", "pkexec"] if terminal else ["pkexec"]
    way = next((found for found in map(shutil.which, ways) if found), None)
    if way is None:
        raise VcamError("setup.no_root", lines=" && ".join(lines(steps)))
    program = str(Path(sys.executable).with_name("vcam"))
    done = subprocess.run([way, program, "setup", "--carry-out", ",".join(steps)])
    if done.returncode in (126, 127) and Path(way).name == "pkexec":
        raise VcamError("setup.refused", lines=" && ".join(lines(steps)))
    if done.returncode != 0:
        raise VcamError("setup.not_done", lines=" && ".join(lines(steps)))


def _session(user: int) -> dict[str, Any]:
    """What `subprocess` needs to start a program in the session of the user behind sudo."""
    who = pwd.getpwuid(user)
    runtime = f"/run/user/{user}"
    environment = {
        **os.environ,
        "HOME": who.pw_dir,
        "XDG_RUNTIME_DIR": runtime,
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
    }
    return {"user": user, "group": who.pw_gid, "extra_groups": [], "env": environment}


def _may_film(user: str) -> bool:
    """By the group, or as whoever sits at the machine, whom the desktop lets use its devices."""
    cameras = list(Path("/dev").glob("video*"))
    if cameras:
        return any(os.access(camera, os.W_OK) for camera in cameras)
    try:
        return os.getuid() == 0 or user in grp.getgrnam("video").gr_mem
    except KeyError:  # a system without that group
        return True


def _asking() -> int:
    """The user's number, also behind polkit and sudo."""
    asked = os.environ.get("PKEXEC_UID") or os.environ.get("SUDO_UID")
    return int(asked) if asked and os.geteuid() == 0 else os.getuid()
