"""A small desktop: a virtual screen with a real tray host, and a hand on mouse and keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.virtual_screen import virtual_screen

TOOLS = ("Xvfb", "trayer", "xdotool")


def missing() -> list[str]:
    """The programs that this needs and that are not installed."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Desktop:
    """A context manager; `environment` is for the programs of the desktop's one user."""

    def __init__(
        self, folder: Path, *, size: str = "1280x800", tray: bool = True, sound: str = "none"
    ) -> None:
        """`sound` is the address of a PulseAudio server."""
        self._screen = ExitStack()
        display = self._screen.enter_context(virtual_screen(size))
        for name in ("run", "config", "data"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "LANGUAGE")}
        kept.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)  # OpenCV points it at its own Qt
        self.environment = {
            **kept,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_VIDEOS_DIR": str(folder / "videos"),
            "PULSE_SERVER": sound,
        }
        self._panel: subprocess.Popen[bytes] | None = None
        self._programs: list[subprocess.Popen[bytes]] = []
        if tray:
            self._panel = subprocess.Popen(
                ["trayer", "--edge", "top", "--align", "right", "--widthtype", "request"]
                + ["--height", "32", "--SetDockType", "true"],
                env=self.environment,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(1)

    def __enter__(self) -> Desktop:
        return self

    def __exit__(self, *_: object) -> None:
        if self._programs:
            self.vcam("stop").wait(60)  # the tray's daemon is nobody's child
        with self._screen:
            for program in (*self._programs, self._panel):
                if program is not None and program.poll() is None:
                    program.terminate()
                    try:
                        program.wait(30)
                    except subprocess.TimeoutExpired:
                        program.kill()
                        raise

    def vcam(self, *words: str) -> subprocess.Popen[bytes]:
        """Starts a `vcam` command on this desktop."""
        program = subprocess.Popen([sys.executable, "-m", "vcam", *words], env=self.environment)
        self._programs.append(program)
        return program

    def windows(self, title: str) -> list[str]:
        """The ids of the visible windows whose title matches."""
        return self._do("search", "--onlyvisible", "--name", title).split()

    def press(self, *keys: str) -> None:
        for key in keys:
            self._do("key", key)
            time.sleep(0.15)

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Keeps a key down; the screen repeats it, as every keyboard does."""
        self._do("keydown", key)
        try:
            yield
        finally:
            self._do("keyup", key)

    def open_tray_menu(self) -> None:
        """A right click on the only icon in the tray."""
        panel = self._do("search", "--onlyvisible", "--class", "trayer").split()[0]
        place = self._place(panel)
        x, y = place["X"] + place["WIDTH"] // 2, place["Y"] + place["HEIGHT"] // 2
        self._do("mousemove", str(x), str(y), "click", "3")
        time.sleep(1)

    def click(self, title: str, x: int, y: int) -> None:
        """A click at a place of a window."""
        place = self._place(self.windows(title)[0])
        self._do("mousemove", str(place["X"] + x), str(place["Y"] + y), "click", "1")
        time.sleep(0.5)

    def _place(self, window: str) -> dict[str, int]:
        lines = self._do("getwindowgeometry", "--shell", window).splitlines()
        return {name: int(value) for name, value in (line.split("=") for line in lines)}

    def _do(self, *words: str) -> str:
        answer = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True
        )
        return answer.stdout
