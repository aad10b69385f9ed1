"""The tray in a real tray host, its menu worked with mouse and keys, beside the real daemon."""

from __future__ import annotations

import base64
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
import pytest

from tests.devices import desktop
from tests.devices.desktop import Desktop
from vcam.control import Client
from vcam.control.unix import UnixTransport
from vcam.schema.errors import VcamError

pytestmark = pytest.mark.skipif(bool(desktop.missing()), reason=f"needs {desktop.missing()}")

ENTRIES = (
    "background",
    "presets",
    "brightness",
    "denoise",
    "lips",
    "speaker",
    "bypass",
    "pause",
    "mute",
    "away",
    "record",
    "recordings",
    "enhance",
    "settings",
    "quit",
)
"""The menu from above, as the arrow keys walk it while the daemon runs."""


def decoded(jpeg: str) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(jpeg), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


class Session:
    """A desktop with the tray, and a client of the daemon that the tray started."""

    def __init__(self, screen: Desktop, folder: Path, *, preferences: str = "") -> None:
        self.screen = screen
        self._way = UnixTransport(folder / "run" / "vcam" / "control.sock")
        windows = folder / "config" / "vcam" / "windows.ini"
        windows.parent.mkdir(parents=True)
        windows.write_text("[General]\nfirst_run_done=true\n" + preferences)
        self.tray = screen.vcam("tray")
        self.until(lambda: self.call("status")["video"]["state"] == "live", 60)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        with Client(way=self._way) as client:
            return client.call(method, **params)

    def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except (VcamError, KeyError):
                pass
            assert self.tray.poll() is None, "the tray ended"
            assert time.monotonic() < end, "it did not come to pass"
            time.sleep(0.2)

    def choose(self, entry: str, *more: str) -> None:
        """Opens the menu with the mouse and walks to an entry with the arrow keys."""
        self.screen.open_tray_menu()
        self.screen.press(*["Down"] * (ENTRIES.index(entry) + 1), *more or ("Return",))

    def setting(self, key: str) -> object:
        return self.call("settings")[key]

    def has(self, key: str, value: object) -> bool:
        return self.setting(key) == value

    def pictures(self) -> tuple[np.ndarray, np.ndarray]:
        """The camera's picture and the published one, of this moment."""
        self.call("preview", wait_s=0)
        time.sleep(1)
        found = self.call("preview", wait_s=5)
        return decoded(found["before"]), decoded(found["after"])

    def difference(self) -> float:
        """How far the published picture is from the camera's, in grey levels."""
        before, after = self.pictures()
        return float(np.abs(before.astype(float) - after).mean())


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Desktop(tmp_path) as screen:
        session = Session(screen, tmp_path)
        yield session


def test_every_entry_takes_effect_in_the_call(session: Session) -> None:
    blurred = session.difference()
    for entry, value in (("brightness", False), ("denoise", False), ("lips", "off")):
        session.choose(entry)
        session.until(partial(session.has, entry, value))

    session.choose("bypass")
    session.until(lambda: session.setting("bypass") is True)
    session.until(lambda: session.difference() < blurred / 2)
    session.choose("bypass")
    session.until(lambda: session.setting("bypass") is False)

    session.choose("background", "Right", "Return")  # none
    session.until(lambda: session.setting("background") == "none")
    session.until(lambda: session.difference() < blurred / 2)

    session.choose("pause")
    session.until(lambda: session.setting("pause") is True)
    session.until(lambda: session.call("status")["video"]["state"] == "standby")
    session.choose("pause")
    session.until(lambda: session.setting("pause") is False)

    session.choose("away")
    session.until(lambda: session.setting("away") is True)
    session.until(lambda: session.call("status")["video"]["state"] == "standby")
    session.choose("away")
    session.until(lambda: session.setting("away") is False)

    session.choose("quit")
    assert session.tray.wait(30) == 0
    with pytest.raises(VcamError):
        session.call("status")


def test_the_call_outlives_the_tray_and_the_tray_the_daemon(session: Session) -> None:
    session.choose("settings")
    session.until(lambda: len(session.screen.windows("Settings")) == 1)
    for i in range(200):
        session.call("set", bypass=i % 2 == 0)
    session.call("set", bypass=False, blur=40)
    session.until(lambda: session.setting("blur") == 40)
    assert psutil.Process(session.tray.pid).memory_info().rss < 150 * 2**20

    lock = Path(session.screen.environment["XDG_RUNTIME_DIR"]) / "vcam" / "daemon.lock"
    first = int(lock.read_text())
    os.kill(first, signal.SIGKILL)
    session.until(lambda: not psutil.pid_exists(first) or _is_dead(first))
    time.sleep(2)
    session.screen.open_tray_menu()
    session.screen.press("Down", "Return")  # start the camera service
    session.until(lambda: session.call("status")["video"]["state"] == "live", 60)
    assert int(lock.read_text()) != first and session.setting("blur") == 40

    session.tray.kill()
    session.tray.wait()
    assert session.call("status")["video"]["state"] == "live"


def _is_dead(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_without_a_tray_host_the_window_opens(tmp_path: Path) -> None:
    with Desktop(tmp_path, tray=False, size="1024x600") as screen:
        session = Session(screen, tmp_path)
        session.until(lambda: len(screen.windows("Settings")) == 1)
