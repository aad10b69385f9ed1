"""Global keys on Windows (RegisterHotKey, and GetAsyncKeyState for the release). Not yet run."""

from __future__ import annotations

import ctypes
import ctypes.wintypes
import sys
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QTimer

from vcam_ui.hotkeys.contract import Combination, Hotkeys, refusal, shown

assert sys.platform == "win32"

_ALT, _CONTROL, _SHIFT, _WIN, _NO_REPEAT = 1, 2, 4, 8, 0x4000
_HOTKEY_MESSAGE = 0x0312
_F1 = 0x70
_DOWN = 0x8000
_LOOK_MS = 20


class WindowsHotkeys(Hotkeys):
    """Messages for the windows' thread; Qt's loop takes them in."""

    def __init__(self) -> None:
        super().__init__()
        self._user: Any = ctypes.windll.user32
        self._had: dict[str, Combination] = {}
        self._numbers: dict[int, str] = {}
        self._down: set[str] = set()
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_releases)
        self._filter = _Filter(self)
        _application().installNativeEventFilter(self._filter)

    def grab(self, wanted: dict[str, Combination]) -> None:
        for number in self._numbers:
            self._user.UnregisterHotKey(None, number)
        self._had, self._numbers = {}, {}
        for number, (name, combination) in enumerate(wanted.items(), 1):
            if self._user.RegisterHotKey(None, number, _held(combination), _code(combination.key)):
                self._had[name] = combination
                self._numbers[number] = name
            else:
                self.refused.emit(refusal(shown(combination)))

    def press(self, number: int) -> None:
        """Windows tells of the press alone; the key is looked at until it is up again."""
        name = self._numbers.get(number)
        if name is None:
            return
        self.pressed.emit(name)
        self._down.add(name)
        self._look.start()

    def _look_for_releases(self) -> None:
        for name in [*self._down]:
            held = self._had.get(name)
            if held is None or not self._user.GetAsyncKeyState(_code(held.key)) & _DOWN:
                self._down.discard(name)
                self.released.emit(name)
        if not self._down:
            self._look.stop()

    def close(self) -> None:
        super().close()
        _application().removeNativeEventFilter(self._filter)


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, hotkeys: WindowsHotkeys) -> None:
        super().__init__()
        self._hotkeys = hotkeys

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        if kind == b"windows_generic_MSG":
            found = ctypes.wintypes.MSG.from_address(int(message))
            if found.message == _HOTKEY_MESSAGE:
                self._hotkeys.press(found.wParam)
                return True, 0
        return False, 0


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None, "hotkeys are opened by the running program"
    return application


def _held(combination: Combination) -> int:
    return (
        _ALT * combination.alt
        | _CONTROL * combination.ctrl
        | _SHIFT * combination.shift
        | _WIN * combination.meta
        | _NO_REPEAT
    )


def _code(key: str) -> int:
    return ord(key) if len(key) == 1 else _F1 + int(key[1:]) - 1
