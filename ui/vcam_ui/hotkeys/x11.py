"""Global keys on X11: the server is asked for them on a connection of our own (XGrabKey)."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

from PySide6.QtCore import QSocketNotifier, QTimer

from vcam_ui.hotkeys.contract import HELD, Combination, Hotkeys, refusal, shown
from vcam_ui.words.language import tr

_SHIFT, _LOCK, _CONTROL, _ALT, _NUM, _META = 1, 2, 4, 8, 16, 64
_KEY_PRESS, _KEY_RELEASE, _MAPPING, _ASYNC = 2, 3, 34, 1
_LOOK_MS = 20
_IGNORED = (0, _LOCK, _NUM, _LOCK | _NUM)  # Caps Lock and Num Lock count as being held


class _KeyEvent(ctypes.Structure):
    _fields_ = [
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("root", c_ulong),
        ("subwindow", c_ulong),
        ("time", c_ulong),
        *((name, c_int) for name in ("x", "y", "x_root", "y_root")),
        ("state", c_uint),
        ("keycode", c_uint),
        ("same_screen", c_int),
    ]


class _Event(ctypes.Union):
    _fields_ = [("type", c_int), ("key", _KeyEvent), ("room", ctypes.c_long * 24)]


class _ErrorEvent(ctypes.Structure):
    _fields_ = [
        ("type", c_int),
        ("display", c_void_p),
        ("resource", c_ulong),
        ("serial", c_ulong),
        ("code", ctypes.c_ubyte),
    ]


_OnError = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(_ErrorEvent))


class X11Hotkeys(Hotkeys):
    """Raises OSError where there is no X server or its library.

    While a key that was asked for is down, the server gives all keys to who asked. Those of `HELD`
    are down for long, so all keys are given back at once, and the release is looked for.
    """

    def __init__(self) -> None:
        super().__init__()
        self._x = _library()
        self._display = self._x.XOpenDisplay(None)
        if not self._display:
            raise OSError("no X server")
        self._root = self._x.XDefaultRootWindow(self._display)
        # A key that is held then comes as one press after another and one release.
        self._x.XkbSetDetectableAutoRepeat(self._display, 1, None)
        self._wanted: dict[str, Combination] = {}
        self._found: dict[str, int] = {}
        self._codes: dict[int, dict[int, str]] = {}
        self._down: dict[int, str] = {}
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_releases)
        self._failed = False
        self._on_error = _OnError(self._note_error)
        self._notifier = QSocketNotifier(
            self._x.XConnectionNumber(self._display), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._read)

    def grab(self, wanted: dict[str, Combination]) -> None:
        self._x.XUngrabKey(self._display, 0, 1 << 15, self._root)  # any key, any modifier
        self._release([*self._down])
        self._wanted, self._found = wanted, self._find(wanted)
        self._codes = {}
        for name, combination in wanted.items():
            code = self._found[name]
            if not code:
                said = tr("Your keyboard has no {keys}; choose other keys.")
                self.refused.emit(said.format(keys=shown(combination)))
            elif self._grab(code, _held(combination)):
                self._codes.setdefault(code, {})[_held(combination)] = name
            else:
                self.refused.emit(refusal(shown(combination)))
        self._x.XFlush(self._display)

    def close(self) -> None:
        super().close()
        self._look.stop()
        self._notifier.setEnabled(False)
        self._x.XCloseDisplay(self._display)

    def _find(self, wanted: dict[str, Combination]) -> dict[str, int]:
        """Where the layout has the keys; 0 where it has none."""
        found = {}
        for name, combination in wanted.items():
            symbol = self._x.XStringToKeysym(_symbol(combination.key).encode())
            found[name] = self._x.XKeysymToKeycode(self._display, symbol)
        return found

    def _grab(self, code: int, held: int) -> bool:
        self._failed = False
        before = self._x.XSetErrorHandler(ctypes.cast(self._on_error, c_void_p))
        for ignored in _IGNORED:
            self._x.XGrabKey(self._display, code, held | ignored, self._root, 0, _ASYNC, _ASYNC)
        self._x.XSync(self._display, 0)
        self._x.XSetErrorHandler(before)
        return not self._failed

    def _note_error(self, _display: int, error: object) -> int:
        self._failed = True
        return 0

    def _read(self) -> None:
        event = _Event()
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, byref(event))
            if event.type == _MAPPING:
                self._x.XRefreshKeyboardMapping(byref(event))
                if self._find(self._wanted) != self._found:
                    self.grab(self._wanted)
            elif event.type == _KEY_PRESS:
                self._press(event.key)
            elif event.type == _KEY_RELEASE:
                self._release([event.key.keycode])

    def _press(self, event: _KeyEvent) -> None:
        held = event.state & (_SHIFT | _CONTROL | _ALT | _META)
        name = self._down.get(event.keycode) or self._codes.get(event.keycode, {}).get(held)
        if name in HELD:  # with every repeat
            self._x.XUngrabKeyboard(self._display, 0)
            self._x.XFlush(self._display)
            self._look.start()
        if name and event.keycode not in self._down:
            self._down[event.keycode] = name
            self.pressed.emit(name)

    def _release(self, codes: list[int]) -> None:
        for code in codes:
            if name := self._down.pop(code, None):
                self.released.emit(name)
        if not self._down:
            self._look.stop()

    def _look_for_releases(self) -> None:
        down = ctypes.create_string_buffer(32)
        self._x.XQueryKeymap(self._display, down)
        self._release([code for code in self._down if not down.raw[code >> 3] >> (code & 7) & 1])
        self._read()  # what came with the answer


def _held(combination: Combination) -> int:
    return (
        _SHIFT * combination.shift
        | _CONTROL * combination.ctrl
        | _ALT * combination.alt
        | _META * combination.meta
    )


def _symbol(key: str) -> str:
    return key.lower() if len(key) == 1 else key


def _library() -> ctypes.CDLL:
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = c_void_p, [c_char_p]
    x.XDefaultRootWindow.restype, x.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
    x.XStringToKeysym.restype, x.XStringToKeysym.argtypes = c_ulong, [c_char_p]
    x.XKeysymToKeycode.restype = ctypes.c_ubyte
    x.XKeysymToKeycode.argtypes = [c_void_p, c_ulong]
    x.XGrabKey.argtypes = [c_void_p, c_int, c_uint, c_ulong, c_int, c_int, c_int]
    x.XUngrabKey.argtypes = [c_void_p, c_int, c_uint, c_ulong]
    x.XSetErrorHandler.restype, x.XSetErrorHandler.argtypes = c_void_p, [c_void_p]
    x.XkbSetDetectableAutoRepeat.argtypes = [c_void_p, c_int, c_void_p]
    x.XNextEvent.argtypes = [c_void_p, c_void_p]
    x.XSync.argtypes = [c_void_p, c_int]
    x.XUngrabKeyboard.argtypes = [c_void_p, c_ulong]
    x.XQueryKeymap.argtypes = [c_void_p, c_char_p]
    x.XRefreshKeyboardMapping.argtypes = [c_void_p]
    for call in (x.XFlush, x.XPending, x.XConnectionNumber, x.XCloseDisplay):
        call.argtypes = [c_void_p]
    return x
