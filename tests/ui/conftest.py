"""The windows against the real control server, on Qt's offscreen platform."""

import os
import sys

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # the scripted daemon has a Unix socket

os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)  # OpenCV points it at its own Qt
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QThreadPool,
)
from PySide6.QtWidgets import (
    QApplication,
)
from vcam_ui import theme
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link import link as link_module
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.set_up import SetUp
from vcam_ui.windows.settings.window import SettingsWindow

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import jpeg, until


@pytest.fixture(scope="module")
def app() -> QApplication:
    app = QApplication.instance() or QApplication(["vcam"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    return app


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_VIDEOS_DIR", str(tmp_path / "videos"))
    monkeypatch.setattr(DaemonLink, "start_daemon", lambda self: None)
    monkeypatch.setattr(link_module, "CALM_MS", 30)  # a second for each change told is long
    yield
    QThreadPool.globalInstance().waitForDone()
    for widget in QApplication.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def daemon(app: QApplication, tmp_path: Path) -> Iterator[ScriptedDaemon]:
    # The path of a Unix socket may be no longer than about 100 bytes.
    path = Path(os.path.relpath(tmp_path)) / "s"
    running = ScriptedDaemon(path, pictures=(jpeg("black"), jpeg("white")))
    yield running
    running.end()


@pytest.fixture
def address(daemon: ScriptedDaemon, tmp_path: Path) -> str:
    return str(tmp_path / "s")


@pytest.fixture
def link(daemon: ScriptedDaemon, address: str) -> Iterator[DaemonLink]:
    link = DaemonLink(address=address)
    link.open()
    until(lambda: link.alive and link.settings is not None)
    yield link
    link.close()


@pytest.fixture
def window(link: DaemonLink, tmp_path: Path, address: str) -> Iterator[SettingsWindow]:
    window = SettingsWindow(
        link,
        preferences := Preferences(tmp_path / "w.ini"),
        Shortcuts(link, preferences, None),
        SetUp(),
        pictures=tmp_path / "pictures",
        address=address,
    )
    window.status.health.look = lambda: None  # type: ignore[method-assign]
    yield window
    window.close()
    window.deleteLater()
