"""Keys that work in every program, on a virtual screen."""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from vcam_ui.hotkeys.contract import Combination
from vcam_ui.hotkeys.x11 import X11Hotkeys, _library

from tests.ui.rig import until
from tests.virtual_screen import virtual_screen

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("Xvfb", "xdotool", "setxkbmap")),
    reason="needs Xvfb, xdotool and setxkbmap",
)
Z_IN_GERMAN = "29"  # the key that says y in English


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with virtual_screen("64x64") as display:
        monkeypatch.setenv("DISPLAY", display)
        yield


def do(*words: str) -> None:
    subprocess.run(words, check=True)


def keys_are_free() -> bool:
    """Whether another program can have the keyboard."""
    x = _library()
    x.XGrabKeyboard.argtypes = [
        ctypes.c_void_p,
        ctypes.c_ulong,
        *[ctypes.c_int] * 3,
        ctypes.c_ulong,
    ]
    display = x.XOpenDisplay(None)
    refused = x.XGrabKeyboard(display, x.XDefaultRootWindow(display), 0, 1, 1, 0)
    x.XCloseDisplay(display)
    return not refused


def test_while_a_key_is_held_the_others_stay_with_who_has_them(
    app: QApplication, screen: None
) -> None:
    keys = X11Hotkeys()
    heard: list[str] = []
    keys.pressed.connect(lambda name: heard.append(f"{name} down"))
    keys.released.connect(lambda name: heard.append(f"{name} up"))
    keys.grab({"talk": Combination("F9")})
    do("xdotool", "keydown", "F9")
    until(lambda: heard == ["talk down"])
    until(keys_are_free)
    assert heard == ["talk down"]
    do("xdotool", "keyup", "F9")
    until(lambda: heard == ["talk down", "talk up"])
    keys.close()


def test_keys_follow_the_layout(app: QApplication, screen: None) -> None:
    do("setxkbmap", "us")
    keys = X11Hotkeys()
    heard: list[str] = []
    keys.pressed.connect(heard.append)
    keys.refused.connect(heard.append)
    keys.grab({"mute": Combination("Z", ctrl=True)})
    do("setxkbmap", "de")
    until(lambda: keys._found == {"mute": int(Z_IN_GERMAN)})
    do("xdotool", "keydown", "ctrl", "key", Z_IN_GERMAN, "keyup", "ctrl")
    until(lambda: heard == ["mute"])
    do("setxkbmap", "ru")
    until(lambda: heard == ["mute", "Your keyboard has no Ctrl+Z; choose other keys."])
    keys.close()
