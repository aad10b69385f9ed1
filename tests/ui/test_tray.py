"""The tray icon and its menu."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from vcam_ui import icons
from vcam_ui.link.link import DaemonLink
from vcam_ui.tray import Tray
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.words.presence import presence

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import picture, until
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus, Status, VideoStatus


def test_the_menu_shows_what_was_changed_elsewhere(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    tray = Tray(link, EnhanceRunner())
    assert tray.denoise.isChecked() and not tray.bypass.isChecked()
    daemon.command_line(denoise=False, bypass=True, lips="off", background="none")
    until(lambda: not tray.denoise.isChecked() and tray.bypass.isChecked())
    assert not tray.lips.isChecked()
    checked = [a.text() for a in tray.background.actions() if a.isChecked()]
    assert checked == ["None"]
    assert tray.icon.toolTip().startswith("All effects are off")


@pytest.mark.parametrize(("system", "opened"), [("linux", [True]), ("darwin", [])])
def test_a_click_opens_the_window_where_it_does_not_open_the_menu(
    system: str, opened: list[bool], link: DaemonLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    tray = Tray(link, EnhanceRunner())
    wanted: list[bool] = []
    tray.settings_wanted.connect(lambda: wanted.append(True))
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert wanted == opened


@pytest.mark.parametrize(
    ("entry", "key", "value"),
    [
        ("brightness", "brightness", False),
        ("denoise", "denoise", False),
        ("lips", "lips", "off"),
        ("bypass", "bypass", True),
        ("pause", "pause", True),
        ("mute", "mute", True),
        ("away", "away", True),
        ("record", "record", True),
    ],
)
def test_a_menu_entry_changes_its_setting(
    link: DaemonLink, daemon: ScriptedDaemon, entry: str, key: str, value: object
) -> None:
    tray = Tray(link, EnhanceRunner())
    getattr(tray, entry).trigger()
    until(lambda: getattr(daemon.settings, key) == value)
    until(lambda: not link.unsettled)
    assert getattr(link.settings, key) == value


def test_the_menu_offers_recent_pictures(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(7):
        os.utime(picture(folder / f"room {i}.png"), (i, i))
    tray = Tray(link, EnhanceRunner(), where=folder)
    names = [a.text() for a in tray.background.actions() if a.data()]
    assert names == ["None", "Blur", "room 6", "room 5", "room 4", "room 3", "room 2"]
    tray.background.actions()[3].trigger()
    until(lambda: daemon.settings.background == str(folder / "room 6.png"))


def test_a_refused_change_is_said_and_taken_back(link: DaemonLink, tmp_path: Path) -> None:
    said: list[str] = []
    link.said.connect(said.append)
    link.set(background=str(tmp_path / "gone.png"))
    until(lambda: bool(said))
    assert "gone.png" in said[0]
    until(lambda: link.settings is not None and link.settings.background == "blur")


def test_two_hundred_toggles_end_where_the_last_one_said(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    tray = Tray(link, EnhanceRunner())
    for _ in range(201):
        tray.bypass.trigger()
        QApplication.processEvents()
    until(lambda: not link.unsettled)
    until(lambda: daemon.settings.bypass and tray.bypass.isChecked())


@pytest.mark.parametrize(
    ("status", "settings", "look"),
    [
        (None, None, "failed"),
        (Status(), Settings(), "sleeping"),
        (Status(video=VideoStatus(state="live")), Settings(), "live"),
        (Status(video=VideoStatus(state="live")), Settings(bypass=True), "bypassed"),
        (Status(video=VideoStatus(state="live")), Settings(bypass=True, mute=True), "muted"),
        (Status(video=VideoStatus(state="live")), Settings(pause=True), "sleeping"),
        (Status(video=VideoStatus(state="live")), Settings(away=True, bypass=True), "away"),
        (Status(video=VideoStatus(state="live"), held="talk"), Settings(mute=True), "live"),
        (Status(video=VideoStatus(state="live"), held="cough"), Settings(), "muted"),
        (
            Status(video=VideoStatus(state="live"), audio=AudioStatus(state="degraded")),
            Settings(bypass=True),
            "degraded",
        ),
        (
            Status(video=VideoStatus(state="failed"), audio=AudioStatus(state="degraded")),
            Settings(),
            "failed",
        ),
    ],
)
def test_the_look_tells_the_worst(
    app: QApplication, status: Status | None, settings: Settings | None, look: str
) -> None:
    assert presence(status, settings).look == look


def test_the_tooltip_says_who_reads(app: QApplication) -> None:
    status = Status(
        video=VideoStatus(state="live", reader_present=True, readers=["zoom"]),
        audio=AudioStatus(state="live", reader_present=True, readers=["firefox", "zoom"]),
    )
    lines = presence(status, Settings()).tooltip.splitlines()
    assert lines == ["Live", "Camera: used by zoom", "Microphone: used by firefox, zoom"]


def test_a_muted_microphone_is_said_whoever_reads(app: QApplication) -> None:
    audio = AudioStatus(state="live", reader_present=True, readers=["firefox"])
    lines = presence(Status(audio=audio), Settings(mute=True)).tooltip.splitlines()
    assert lines == ["Microphone muted", "Camera: not in use", "Microphone: muted"]
    lines = presence(Status(audio=audio), Settings(away=True)).tooltip.splitlines()
    assert lines == ["You are away", "Camera: paused", "Microphone: muted"]


def test_who_speaks_while_muted_is_told_once_in_each_mute(
    link: DaemonLink, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = Tray(link, EnhanceRunner())
    told: list[str] = []
    monkeypatch.setattr(tray.icon, "showMessage", lambda title, text, _: told.append(text))
    for times in (1, 2):
        daemon.command_line(mute=True)
        until(tray.mute.isChecked)
        for hints in ([Reason.of("mute.unheard")], [], [Reason.of("mute.unheard")], []):
            daemon.status = daemon.status.model_copy(update={"hints": hints})
            until(lambda: link.status is not None and link.status.hints == daemon.status.hints)
        assert told == ["You are speaking while the microphone is muted."] * times
        daemon.command_line(mute=False)
        until(lambda: not tray.mute.isChecked())


def test_every_look_has_an_icon_of_its_own(app: QApplication) -> None:
    for dark in (True, False):
        drawn = [
            icons.tray_icon(look, on_dark=dark).pixmap(22, 22).toImage()
            for look in ("live", "sleeping", "degraded", "failed", "bypassed", "muted", "away")
        ]
        assert all(a != b for i, a in enumerate(drawn) for b in drawn[:i])
