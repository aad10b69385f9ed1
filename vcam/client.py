"""All that a program beside the daemon may use, together with `vcam.schema`: the windows above all.

It loads no device library and no network.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from vcam.archive.index import find as find_in_archive
from vcam.archive.index import results as results_of_archive
from vcam.chosen_file import chosen_file
from vcam.control import MAX_ANSWER, Client, NotRunning, refusal
from vcam.daemon.recorder import recordings_folder
from vcam.devices import Device, Devices, VirtualDevice
from vcam.doctor import Check, Report
from vcam.ipc.runtime import runtime_dir
from vcam.names import CAMERA_NAME, MICROPHONE_NAME, PREVIEW_SINK
from vcam.offline.transcript.subtitles import Line, lines_in
from vcam.schema.errors import VcamError

__all__ = [
    "BACKGROUNDS",
    "CAMERA_NAME",
    "MAX_ANSWER",
    "MICROPHONE_NAME",
    "PREVIEW_SINK",
    "Check",
    "Client",
    "Device",
    "Devices",
    "Line",
    "NotRunning",
    "Report",
    "VirtualDevice",
    "chosen_file",
    "find_in_archive",
    "lines_in",
    "local_address",
    "loopback_address",
    "recordings_folder",
    "refusal",
    "results_of_archive",
    "runtime_dir",
]

BACKGROUNDS = Path(__file__).parent / "assets/backgrounds"
"""The pictures that come with vcam."""


def local_address() -> str:
    """The path of the daemon's socket, for `QLocalSocket`; empty where there can be none."""
    if sys.platform != "win32":
        from vcam.control.unix import socket_path

        with suppress(VcamError):
            return str(socket_path())
    return ""


def loopback_address() -> tuple[int, bytes] | None:
    """Windows: the daemon's port at 127.0.0.1 and the first line to send; None without a daemon.

    Not yet run.
    """
    from vcam.control.windows import LoopbackTransport

    try:
        port, secret = LoopbackTransport().path.read_text("ascii").split()
        return int(port), secret.encode("ascii") + b"\n"
    except (OSError, ValueError):
        return None
