"""What `vcam setup` does is what the doctor's findings ask for, on each family of Linux."""

import platform
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from vcam import doctor
from vcam.schema.reasons import Reason
from vcam.setup_plan import Loopback, Machine, Packager, Step, commands, plan, undoing

DKMS, UBUNTUS = "/var/lib/dkms/mok.pub", "/var/lib/shim-signed/mok/MOK.der"
DEBIAN = Machine(
    packager="apt", kernel="6.1.0-30-amd64", user="ada", signing_key=DKMS, sound="pipewire-pulse"
)
NOT_INSTALLED = Reason.of("loopback.not_installed")


def typed(reason: Reason, machine: Machine) -> list[str]:
    """The lines that mend it."""
    steps = plan([reason], machine).steps
    return [command.as_typed for step in steps for command in commands(step, machine)]


@pytest.mark.parametrize(
    ("packager", "kernel", "install"),
    [
        (
            "apt",
            "6.1.0-30-amd64",
            "sudo apt-get install -y linux-headers-6.1.0-30-amd64 v4l2loopback-dkms",
        ),
        (
            "dnf",
            "6.11.4-301.fc41.x86_64",
            "sudo dnf install -y kernel-devel-6.11.4-301.fc41.x86_64 akmod-v4l2loopback",
        ),
        (
            "pacman",
            "6.6.63-1-lts",
            "sudo pacman -S --needed --noconfirm linux-lts-headers v4l2loopback-dkms",
        ),
        (
            "zypper",
            "6.4.0-150600-default",
            "sudo zypper --non-interactive install v4l2loopback-kmp-default",
        ),
        (
            "zypper",
            "6.12.57-1-longterm",
            "sudo zypper --non-interactive install v4l2loopback-kmp-longterm",
        ),
    ],
)
def test_the_module_is_installed_loaded_and_kept(
    packager: Packager, kernel: str, install: str
) -> None:
    lines = typed(NOT_INSTALLED, replace(DEBIAN, packager=packager, kernel=kernel))
    assert install in lines
    assert any("/etc/modules-load.d/vcam.conf" in line for line in lines)
    options = next(line for line in lines if "/etc/modprobe.d/vcam.conf" in line)
    assert 'card_label="Enhanced Camera" exclusive_caps=1 max_buffers=2' in options
    assert lines[-1].startswith("sudo modprobe v4l2loopback devices=1 video_nr=10")


def test_fedora_builds_the_module_before_it_is_loaded() -> None:
    lines = typed(NOT_INSTALLED, replace(DEBIAN, packager="dnf", headers=True))
    assert lines[0] == "sudo dnf install -y akmod-v4l2loopback"
    assert lines[1] == f"sudo akmods --force --akmod v4l2loopback --kernels {DEBIAN.kernel}"


def test_a_stand_in_hides_nothing_of_what_is_behind_it() -> None:
    reason = Reason.of("doctor.stand_in", cause=NOT_INSTALLED, kind="PipeWire")
    assert typed(reason, DEBIAN) == typed(NOT_INSTALLED, DEBIAN)


def test_a_module_with_other_options_is_loaded_anew() -> None:
    lines = typed(Reason.of("loopback.not_exclusive"), DEBIAN)
    assert lines[-2] == "sudo modprobe -r v4l2loopback"
    assert lines[-1].startswith("sudo modprobe v4l2loopback ")


def test_what_the_module_serves_for_other_programs_goes_on() -> None:
    others = (
        Loopback(0, "DroidCam", exclusive=False),
        Loopback(10, "OBS, scene 1", exclusive=True),
    )
    reason = Reason.of("loopback.other_label", others="DroidCam")
    lines = typed(reason, replace(DEBIAN, loopbacks=others))
    wanted = (
        'devices=3 video_nr=11,0,10 card_label="Enhanced Camera,DroidCam,OBS  scene 1" '
        "exclusive_caps=1,0,1 max_buffers=2"
    )
    assert f"options v4l2loopback {wanted}" in lines[0]
    assert shlex.split(lines[-1])[3:] == shlex.split(wanted)


def test_who_may_not_use_the_device_joins_its_group_and_is_told_to_log_in_again() -> None:
    reason = Reason.of("loopback.not_opened", device="/dev/video10", error="Permission denied")
    assert typed(reason, DEBIAN) == ["sudo usermod -aG video ada"]
    assert "Log out" in str(plan([reason], DEBIAN).by_hand[0])


def test_the_sound_server_is_started_by_the_user_and_installed_by_root() -> None:
    reason = Reason.of("doctor.no_server")
    assert typed(reason, DEBIAN) == ["systemctl --user start pipewire-pulse"]
    without = typed(reason, replace(DEBIAN, sound=None))
    assert "sudo apt-get install -y pipewire-pulse wireplumber" in without
    assert not Step.START_SOUND.by_root and Step.INSTALL_SOUND.by_root


def test_what_modules_are_built_against_is_not_asked_for_twice() -> None:
    lines = typed(NOT_INSTALLED, replace(DEBIAN, headers=True))
    assert "sudo apt-get install -y v4l2loopback-dkms" in lines


def test_who_may_open_no_camera_joins_the_group_with_the_first_set_up() -> None:
    lines = typed(NOT_INSTALLED, replace(DEBIAN, may_film=False))
    assert lines[-1] == "sudo usermod -aG video ada"


def test_without_systemd_sound_is_started_without_it() -> None:
    reason, bare = Reason.of("doctor.no_server"), replace(DEBIAN, systemd=False)
    assert typed(reason, replace(bare, sound="pulseaudio")) == ["pulseaudio --start"]
    assert typed(reason, replace(bare, sound=None))[-2:] == [
        "sudo apt-get install -y pulseaudio",
        "pulseaudio --start",
    ]
    pipewire = plan([reason], bare)
    assert not pipewire.steps and "pipewire-pulse" in str(pipewire.by_hand[0])


def test_what_no_command_mends_is_said() -> None:
    lost = plan([NOT_INSTALLED], replace(DEBIAN, packager=None))
    assert not lost.steps and "install it as your system does" in str(lost.by_hand[0])
    fedora = plan([NOT_INSTALLED], replace(DEBIAN, packager="dnf", extra_packages=False))
    assert not fedora.steps and "RPM Fusion" in str(fedora.by_hand[0])
    ubuntu = replace(DEBIAN, signing_key=UBUNTUS)
    said = str(plan([Reason.of("doctor.secure_boot")], ubuntu).by_hand[0])
    assert f"mokutil --import {UBUNTUS}" in said


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"ID": "debian"}, DKMS),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, UBUNTUS),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, UBUNTUS),
        ({"ID": "fedora"}, "/etc/pki/akmods/certs/public_key.der"),
    ],
)
def test_the_key_is_the_one_that_the_system_signs_with(
    told: dict[str, str], key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: told)
    assert doctor.signing_key(tmp_path) == key
    there = tmp_path / UBUNTUS.lstrip("/")
    there.parent.mkdir(parents=True)
    there.touch()
    assert doctor.signing_key(tmp_path) == UBUNTUS


def test_a_machine_that_is_well_is_left_alone() -> None:
    assert plan([Reason.of("doctor.no_camera")], DEBIAN) == plan([], DEBIAN)
    assert not plan([], DEBIAN).steps


def test_undoing_takes_away_the_files_and_the_module() -> None:
    steps = undoing(loaded=True).steps
    lines = [c.as_typed for step in steps for c in commands(step, DEBIAN)]
    assert lines == [
        "sudo rm -f /etc/modprobe.d/vcam.conf /etc/modules-load.d/vcam.conf",
        "sudo modprobe -r v4l2loopback",
    ]
    assert undoing(loaded=False).steps == (Step.FORGET_MODULE,)
