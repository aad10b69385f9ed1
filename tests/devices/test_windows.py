"""The windows on a real desktop beside the real daemon: what they cost, and what they survive."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import av
import psutil
import pytest

from tests.devices import desktop
from tests.devices.desktop import Desktop
from tests.devices.sound_server import HARDWARE, PulseAudio, running
from tests.devices.test_tray import Session

pytestmark = pytest.mark.skipif(bool(desktop.missing()), reason=f"needs {desktop.missing()}")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Desktop(tmp_path) as screen:
        keys = "hotkey_bypass=Ctrl+Alt+B\nhotkey_talk=F9\nhotkey_cough=Ctrl+F10\n"
        session = Session(screen, tmp_path, preferences=keys)
        yield session


def test_a_recording_is_made_and_shown_from_the_menu(session: Session) -> None:
    session.choose("record")
    session.until(lambda: session.call("status")["record"]["seconds"] > 3)
    session.choose("record")
    session.until(lambda: session.call("status")["record"]["state"] == "off")
    file = str(session.call("status")["record"]["file"])
    with av.open(file) as film:
        assert sum(1 for _ in film.decode(video=0)) > 15 and len(film.streams.audio) == 1
    session.choose("recordings")
    session.until(lambda: len(session.screen.windows("Recordings")) == 1)
    time.sleep(2)
    assert psutil.Process(session.tray.pid).memory_info().rss < 170 * 2**20
    session.choose("quit")
    assert session.tray.wait(30) == 0


def test_keys_work_while_another_program_is_in_front(session: Session) -> None:
    session.screen.press("ctrl+alt+b")
    session.until(lambda: session.setting("bypass") is True)
    session.screen.press("ctrl+alt+b")
    session.until(lambda: session.setting("bypass") is False)


def test_a_key_speaks_through_the_mute_or_is_silent_as_long_as_it_is_held(
    session: Session,
) -> None:
    def heard(wanted: bool) -> bool:
        session.call("preview", wait_s=0)  # which keeps the sound awake
        return bool(session.call("status")["audio"]["level_out_db"] > -90) == wanted

    for key, name, mute in (("F9", "talk", True), ("ctrl+F10", "cough", False)):
        session.call("set", mute=mute)
        session.until(partial(heard, not mute))
        with session.screen.holding(key):
            session.until(partial(heard, mute))
            end = time.monotonic() + 3  # longer than the daemon believes it unsaid
            while time.monotonic() < end:
                assert session.call("status")["held"] == name and heard(mute)
                time.sleep(0.1)
        session.until(partial(heard, not mute))
        assert session.call("status")["held"] is None and session.has("mute", mute)
    with session.screen.holding("F9"):
        session.until(lambda: session.call("status")["held"] == "talk")
        session.tray.kill()
        session.tray.wait()
        time.sleep(2.5)
        assert session.call("status")["held"] is None


def test_a_settings_window_that_hangs_holds_up_no_picture(session: Session) -> None:
    def sent() -> int:
        return int(session.call("status")["video"]["frames"])

    session.choose("settings")
    session.until(lambda: len(session.screen.windows("Settings")) == 1)
    os.kill(session.tray.pid, signal.SIGSTOP)
    try:
        before = sent()
        session.until(lambda: sent() > before + 60)  # more than any buffer holds
    finally:
        os.kill(session.tray.pid, signal.SIGCONT)
    assert psutil.Process(session.tray.pid).memory_info().rss < 150 * 2**20


def test_a_microphone_is_unplugged_while_its_picker_is_open(tmp_path: Path) -> None:
    with (
        running(PulseAudio) as server,
        Desktop(tmp_path, sound=server.environment["PULSE_SERVER"]) as screen,
    ):
        session = Session(screen, tmp_path)
        session.call("set", microphone=HARDWARE)
        session.choose("settings")
        session.until(lambda: len(screen.windows("Settings")) == 1)
        screen.click("Settings", 54, 110)  # the page
        screen.click("Settings", 500, 183)  # its picker
        server.unplug()
        time.sleep(8)
        screen.press("Home", "Return")
        session.until(lambda: session.setting("microphone") == "auto")
        assert session.tray.poll() is None
