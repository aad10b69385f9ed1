"""What mends a machine, as values: from the doctor's reasons to commands, for four packagers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from vcam.names import CAMERA_NAME
from vcam.schema.reasons import Reason

Packager = Literal["apt", "dnf", "pacman", "zypper"]
Server = Literal["pipewire-pulse", "pulseaudio"]

NUMBER = 10  # of the Enhanced Camera's device, where no other loopback has it
OPTIONS_FILE = "/etc/modprobe.d/vcam.conf"
LOADED_FILE = "/etc/modules-load.d/vcam.conf"


class Step(StrEnum):
    """One thing to do; the system's own are done by root."""

    INSTALL_MODULE = "install-module"
    RELOAD_MODULE = "reload-module"
    LOAD_MODULE = "load-module"
    KEEP_MODULE = "keep-module"
    JOIN_VIDEO = "join-video"
    INSTALL_SOUND = "install-sound"
    START_SOUND = "start-sound"
    UNLOAD_MODULE = "unload-module"
    FORGET_MODULE = "forget-module"

    @property
    def by_root(self) -> bool:
        return self is not Step.START_SOUND


@dataclass(frozen=True)
class Loopback:
    """A device of v4l2loopback that is another program's: /dev/video`number`."""

    number: int
    label: str
    exclusive: bool


@dataclass(frozen=True)
class Machine:
    """What decides how a thing is done.

    `kernel` is its release as `uname -r` tells it, `headers` whether what its modules are built
    against is there already, `signing_key` the public key of what signs them;
    `may_film` whether the user may open cameras; `sound` the unit of the
    sound server that is installed, `systemd` whether that runs here; `extra_packages` whether
    Fedora knows RPM Fusion, which has v4l2loopback; `loopbacks` what the module serves besides the
    Enhanced Camera, which it goes on to do.
    """

    packager: Packager | None
    kernel: str
    user: str
    signing_key: str
    headers: bool = False
    may_film: bool = True
    sound: Server | None = None
    systemd: bool = True
    extra_packages: bool = True
    loopbacks: tuple[Loopback, ...] = ()


@dataclass(frozen=True)
class Command:
    """Words to run, with what they read; `as_typed` is the line that a person would type."""

    words: tuple[str, ...]
    reads: str = ""
    by_root: bool = True

    @property
    def as_typed(self) -> str:
        line = ("sudo " if self.by_root else "") + shlex.join(self.words)
        if self.reads:
            return f"echo {shlex.quote(self.reads.rstrip())} | {line}"
        return line


@dataclass(frozen=True)
class Plan:
    """What can be done, in this order, and what only a person can."""

    steps: tuple[Step, ...]
    by_hand: tuple[Reason, ...] = ()


def plan(reasons: Iterable[Reason], machine: Machine) -> Plan:
    """The way out of what the doctor found. Reasons that no command mends are passed over."""
    amiss = {key for reason in reasons for key in _keys(reason)}
    steps: list[Step] = []
    by_hand: list[Reason] = []
    if "loopback.not_installed" in amiss:
        if machine.packager is None:
            by_hand.append(Reason.of("setup.no_packager"))
        elif machine.packager == "dnf" and not machine.extra_packages:
            by_hand.append(Reason.of("setup.no_module_package"))
        else:
            steps += [Step.INSTALL_MODULE, Step.KEEP_MODULE, Step.LOAD_MODULE]
    elif "loopback.not_loaded" in amiss:
        steps += [Step.KEEP_MODULE, Step.LOAD_MODULE]
    elif amiss & {"loopback.other_label", "loopback.not_exclusive"}:
        steps += [Step.KEEP_MODULE, Step.RELOAD_MODULE]
    if "loopback.not_opened" in amiss or (steps and not machine.may_film):
        steps.append(Step.JOIN_VIDEO)
        by_hand.append(Reason.of("setup.log_in_again"))
    if "doctor.no_server" in amiss:
        if machine.sound == "pipewire-pulse" and not machine.systemd:
            by_hand.append(Reason.of("setup.start_pipewire"))
        elif machine.sound is not None:
            steps.append(Step.START_SOUND)
        elif machine.packager is not None:
            steps += [Step.INSTALL_SOUND, Step.START_SOUND]
    if "doctor.secure_boot" in amiss:
        by_hand.append(Reason.of("setup.secure_boot", key=machine.signing_key))
    return Plan(tuple(steps), tuple(by_hand))


def undoing(*, loaded: bool) -> Plan:
    """What takes back what `plan` did and nothing else uses; `loaded` is said of the module."""
    unload = (Step.UNLOAD_MODULE,) if loaded else ()
    return Plan((Step.FORGET_MODULE, *unload), (Reason.of("setup.packages_stay"),))


def commands(step: Step, machine: Machine) -> tuple[Command, ...]:
    """How a step is done on this machine."""
    options = module_options(machine.loopbacks)
    load = Command(("modprobe", "v4l2loopback", *options))
    match step:
        case Step.INSTALL_MODULE:
            install = _installing(machine, *_module_packages(machine))
            if machine.packager == "dnf":  # else it is built behind our back, after we load it
                made = ("akmods", "--force", "--akmod", "v4l2loopback", "--kernels", machine.kernel)
                return *install, Command(made)
            return install
        case Step.RELOAD_MODULE:
            return Command(("modprobe", "-r", "v4l2loopback")), load
        case Step.LOAD_MODULE:
            return (load,)
        case Step.KEEP_MODULE:
            line = " ".join(re.sub("=(.* .*)", r'="\1"', option) for option in options)
            return (
                Command(("tee", OPTIONS_FILE), reads=f"options v4l2loopback {line}\n"),
                Command(("tee", LOADED_FILE), reads="v4l2loopback\n"),
            )
        case Step.JOIN_VIDEO:
            return (Command(("usermod", "-aG", "video", machine.user)),)
        case Step.INSTALL_SOUND:
            if not machine.systemd:  # PulseAudio starts its parts itself
                return _installing(machine, "pulseaudio")
            server = "pipewire-pulse" if machine.packager != "dnf" else "pipewire-pulseaudio"
            server = "pipewire-pulseaudio" if machine.packager == "zypper" else server
            return _installing(machine, server, "wireplumber")
        case Step.START_SOUND:
            if not machine.systemd:
                return (Command(("pulseaudio", "--start"), by_root=False),)
            unit = machine.sound or "pipewire-pulse"
            return (Command(("systemctl", "--user", "start", unit), by_root=False),)
        case Step.UNLOAD_MODULE:
            return (Command(("modprobe", "-r", "v4l2loopback")),)
        case Step.FORGET_MODULE:
            return (Command(("rm", "-f", OPTIONS_FILE, LOADED_FILE)),)


def module_options(others: Sequence[Loopback]) -> tuple[str, ...]:
    """What v4l2loopback is loaded with: the Enhanced Camera first, then all that it has now."""
    taken = {other.number for other in others}
    number = next(n for n in range(NUMBER, NUMBER + len(taken) + 1) if n not in taken)
    labels = [CAMERA_NAME, *(other.label.replace(",", " ") for other in others)]
    exclusive = [True, *(other.exclusive for other in others)]
    return (
        f"devices={len(labels)}",
        "video_nr=" + ",".join(map(str, [number, *(other.number for other in others)])),
        "card_label=" + ",".join(labels),
        "exclusive_caps=" + ",".join(str(int(one)) for one in exclusive),
        "max_buffers=2",
    )


def _module_packages(machine: Machine) -> tuple[str, ...]:
    """v4l2loopback and, where it is built here, what building it against this kernel needs."""
    match machine.packager:
        case "apt":
            headers = () if machine.headers else (f"linux-headers-{machine.kernel}",)
            return *headers, "v4l2loopback-dkms"
        case "dnf":
            headers = () if machine.headers else (f"kernel-devel-{machine.kernel}",)
            return *headers, "akmod-v4l2loopback"
        case "pacman":
            kinds = ("lts", "zen", "hardened")
            kind = next((f"-{kind}" for kind in kinds if machine.kernel.endswith(kind)), "")
            headers = () if machine.headers else (f"linux{kind}-headers",)
            return *headers, "v4l2loopback-dkms"
        case _:
            return (f"v4l2loopback-kmp-{machine.kernel.rpartition('-')[2]}",)


def _installing(machine: Machine, *packages: str) -> tuple[Command, ...]:
    match machine.packager:
        case "apt":
            install = Command(("apt-get", "install", "-y", *packages))
            return Command(("apt-get", "update")), install
        case "dnf":
            return (Command(("dnf", "install", "-y", *packages)),)
        case "pacman":
            return (Command(("pacman", "-S", "--needed", "--noconfirm", *packages)),)
        case "zypper":
            return (Command(("zypper", "--non-interactive", "install", *packages)),)
        case None:
            return ()


def _keys(reason: Reason) -> Iterator[str]:
    yield reason.key
    if reason.cause is not None:
        yield from _keys(reason.cause)
