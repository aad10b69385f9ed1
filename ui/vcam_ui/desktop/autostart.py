"""Starting the tray with the desktop session, the way each system knows it.

On Linux the package's systemd unit is used where the session has `graphical-session.target`, and
else the XDG autostart specification, never both. Windows (the Run key) and macOS (a LaunchAgent)
are written from their documentation and have not been run yet.
"""

from __future__ import annotations

import os
import plistlib
import shlex
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QSettings

from vcam.schema.errors import VcamError

UNIT = Path("/usr/lib/systemd/user/vcam.service")
"""What the packages bring; it starts the daemon, which shows the tray."""

_PATIENCE_S = 2
"""For systemd, which answers within milliseconds where it is well."""

_RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


def command() -> list[str]:
    """What starts the tray from anywhere, and imports nothing from there; on Windows without a
    console, whose window would stand open and end the tray when it is closed."""
    program = sys.executable
    if sys.platform == "win32":
        name = "vcamw.exe" if getattr(sys, "frozen", False) else "pythonw.exe"
        program = str(Path(program).with_name(name))
    return [program, "-P", "-m", "vcam", "tray"]


def enabled() -> bool:
    """Whether the session starts the tray, asked anew each time."""
    if sys.platform == "win32":
        return QSettings(_RUN_KEY, QSettings.Format.NativeFormat).contains("vcam")
    return _file().is_file() or (UNIT.is_file() and _systemctl("is-enabled", UNIT.name))


def enable(on: bool) -> None:
    """Adds the entry or takes it away. Raises VcamError when the folder cannot be written."""
    if sys.platform == "win32":
        key = QSettings(_RUN_KEY, QSettings.Format.NativeFormat)
        if on:
            key.setValue("vcam", " ".join(f'"{part}"' for part in command()))
        else:
            key.remove("vcam")
        return
    by_unit = False
    if UNIT.is_file():
        graphical = on and _systemctl("is-active", "graphical-session.target")
        by_unit = graphical and _systemctl("enable", UNIT.name)
        if not by_unit:
            _systemctl("disable", UNIT.name)
    file = _file()
    try:
        if by_unit or not on:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        temporary.write_bytes(_entry())
        temporary.replace(file)
    except OSError as error:
        raise VcamError("autostart.unchanged", folder=file.parent, error=error.strerror) from error


def _systemctl(*words: str) -> bool:
    try:
        told = subprocess.run(
            ["systemctl", "--user", "--quiet", *words], capture_output=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _file() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / "vcam.tray.plist"
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "autostart" / "vcam.desktop"


def _entry() -> bytes:
    if sys.platform == "darwin":
        return plistlib.dumps(
            {"Label": "vcam.tray", "ProgramArguments": command(), "RunAtLoad": True}
        )
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Name=Enhanced Camera\n"
        "Comment=The Enhanced Camera and the Enhanced Microphone\n"
        f"Exec={shlex.join(command())}\n"
        f"TryExec={command()[0]}\n"  # once vcam is removed the desktop passes the entry over
        "Terminal=false\n"
        "X-GNOME-Autostart-enabled=true\n"
    ).encode()
