"""Which ways there are to ask a desktop for keys, and the one of this desktop.

Where there is none, `vcam set bypass=toggle` can be bound by the desktop.
"""

from __future__ import annotations

import os
import pkgutil
import sys

from PySide6.QtGui import QGuiApplication

from vcam_ui.hotkeys.contract import Hotkeys

HOTKEYS: dict[str, str] = {
    "windows": "vcam_ui.hotkeys.windows:WindowsHotkeys",
    "x11": "vcam_ui.hotkeys.x11:X11Hotkeys",
    "portal": "vcam_ui.hotkeys.portal:PortalHotkeys",
}
"""Every way and where its class is; its libraries are loaded only where it is taken."""


def open_hotkeys() -> Hotkeys | None:
    """The way of this desktop; None where there is none."""
    kind = _kind()
    if kind is None:
        return None
    try:
        found: Hotkeys = pkgutil.resolve_name(HOTKEYS[kind])()
    except OSError:
        return None
    return found


def _kind() -> str | None:
    platform = QGuiApplication.platformName()
    if sys.platform == "win32":
        return "windows"
    if platform == "xcb" and not os.environ.get("WAYLAND_DISPLAY"):
        return "x11"
    if sys.platform == "linux" and platform in ("wayland", "xcb"):
        return "portal"
    return None
