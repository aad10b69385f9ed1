"""The program behind `vcam tray`."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    Qt,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QMessageBox,
    QWidget,
)
from vcam_ui.app import _TRAY_LOOKS, Program
from vcam_ui.desktop import autostart
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.channel import Channel
from vcam_ui.link.link import DaemonLink
from vcam_ui.tray import Tray
from vcam_ui.windows.settings.general_page import GeneralPage
from vcam_ui.words import language

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import Keys, until

FOLDER = Path(__file__).parent.parent.parent


@pytest.mark.long
def test_a_daemon_that_does_not_answer_counts_as_gone(app: QApplication, tmp_path: Path) -> None:
    from PySide6.QtNetwork import QLocalServer

    silent = QLocalServer()
    assert silent.listen(str(tmp_path / "silent"))
    channel = Channel(address=str(tmp_path / "silent"), patience_s=0.1)
    lost: list[bool] = []
    channel.lost.connect(lambda: lost.append(True))
    channel.opened.connect(lambda: channel.call("status"))
    channel.open()
    until(lambda: bool(lost))
    channel.close()


def test_without_a_tray_the_window_opens_and_says_why(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Tray.possible(), "the offscreen platform has no tray"
    monkeypatch.setattr("vcam_ui.app._TRAY_MS", 10)
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.window is not None and program.window.isVisible())
    assert program._looks >= _TRAY_LOOKS, "the panel may come late"
    assert program.window is not None and "no tray icons" in program.window.notice.text()
    monkeypatch.setattr(Tray, "possible", lambda: True)
    until(lambda: program.window is not None and program.window.notice.text() == "")
    monkeypatch.setattr(Tray, "possible", lambda: False)
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.window.close()
    until(lambda: left == [True])
    assert daemon.count("stop") == 0


def test_who_is_told_of_a_result_elsewhere_is_shown_its_folder(
    daemon: ScriptedDaemon,
    app: QApplication,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    program.enhancer.done.emit([tmp_path / "elsewhere" / "Enhanced" / "talk.mp4"])
    assert program.tray is not None
    program.tray.icon.messageClicked.emit()
    assert shown == [str(tmp_path / "elsewhere" / "Enhanced")] and program.recordings is None
    program.link.close()


def test_the_first_run_comes_first_and_where_there_is_no_tray_the_window_after_it(
    daemon: ScriptedDaemon, app: QApplication, address: str
) -> None:
    program = Program(app, settings=True, address=address)
    assert program.first_run is not None and program.window is None
    program.first_run.close()
    until(lambda: program.window is not None and program.window.isVisible())
    assert program.first_run is None and Preferences().first_run_done
    program.link.close()


def test_a_refused_change_is_told_where_no_window_is_in_front(
    daemon: ScriptedDaemon,
    app: QApplication,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.link.settings is not None)
    assert program.tray is not None
    told: list[str] = []
    monkeypatch.setattr(program.tray.icon, "showMessage", lambda _, text, *__: told.append(text))
    program.link.set(background=str(tmp_path / "gone.png"))
    until(lambda: bool(told))
    assert "gone.png" in told[0]
    window = program.show_settings()
    until(window.isActiveWindow)
    program.link.said.emit("No.")
    assert window.said.text() == "No." and len(told) == 1
    program.link.close()


def test_the_language_changes_at_once(
    daemon: ScriptedDaemon, app: QApplication, address: str
) -> None:
    Preferences().first_run_done = True
    program = Program(app, settings=True, address=address)
    try:
        assert program.window is not None
        program.window.show_page("general")
        program.window.resize(777, 555)
        program.show_first_run().show_step(1)
        program.show_enhance([Path("talk.mp4")])
        dialog, set_up = program.enhance_dialog, program.set_up
        set_up._process.start("sleep", ["600"])  # in place of an installation
        program.window.general.language_chosen.emit("zh_TW")
        assert program.window.page == "general" and Preferences().language == "zh_TW"
        assert (program.window.width(), program.window.height()) == (777, 555)
        assert program.tray is not None and program.tray.background.title() == "背景"
        assert program.first_run is not None and program.first_run.step == 1
        assert program.first_run.windowTitle() == "歡迎"
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert program.window.status.health.set_up is set_up and set_up._busy
        assert program.enhance_dialog is dialog and dialog is not None and dialog.isVisible()
        dialog.close()
        until(lambda: program.enhance_dialog is None)
    finally:
        language.install("en")
        program.set_up.close()
        program.set_up._process.kill()
        program.link.close()
        if program.window is not None:
            program.window.close()


def test_quitting_asks_when_a_call_goes_on(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.status.video.readers.append("zoom")
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.link.alive)
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.quit()
    until(lambda: isinstance(app.activeModalWidget(), QWidget))
    question = app.activeModalWidget()
    assert question is not None
    QTest.keyClick(question, Qt.Key.Key_Return)
    until(lambda: left == [True])
    assert daemon.count("stop") == 0


def test_an_enhancement_is_not_ended_unasked(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    program.show_enhance()
    program.enhancer._process.start("sleep", ["600"])
    assert program.enhancer.busy and program.enhance_dialog is not None
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.quit()
    until(lambda: isinstance(app.activeModalWidget(), QMessageBox))
    question = app.activeModalWidget()
    assert isinstance(question, QMessageBox) and "is being enhanced" in question.text()
    QTest.keyClick(question, Qt.Key.Key_Return)
    program.enhance_dialog.close()  # and there is no tray
    QTest.qWait(20)
    assert left == [] and daemon.count("stop") == 0
    program.enhancer.cancel()
    until(lambda: left == [True])


def test_who_quits_is_not_told_that_the_camera_has_stopped(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.link.alive)
    assert program.tray is not None and program.tray.icon.isVisible()
    icon = program.tray.icon
    seen: list[bool] = []
    monkeypatch.setattr(icon, "showMessage", lambda *_: seen.append(icon.isVisible()))
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.quit()
    until(lambda: daemon.count("stop") == 1)
    daemon.end()
    until(lambda: left == [True])
    assert True not in seen


def test_quitting_is_not_held_up_by_keys_that_cannot_be_given_back(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(Keys):
        def close(self) -> None:
            raise OSError("the desktop is gone")

    monkeypatch.setattr("vcam_ui.app.open_hotkeys", Stuck)
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    with pytest.raises(OSError, match="gone"):
        program.leave()
    assert left == [True]


def test_autostart_comes_and_goes() -> None:
    assert not autostart.enabled()
    autostart.enable(True)
    assert autostart.enabled()
    if sys.platform == "linux":
        entry = autostart._file().read_text()
        assert "Exec=" in entry and " -P -m vcam tray" in entry
        assert f"\nTryExec={sys.executable}\n" in entry
    autostart.enable(False)
    assert not autostart.enabled()


def test_windows_starts_the_tray_without_a_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert autostart.command() == [str(tmp_path / "pythonw.exe"), "-P", "-m", "vcam", "tray"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "vcam.exe"))
    assert autostart.command()[0] == str(tmp_path / "vcamw.exe")


@pytest.mark.parametrize("graphical", [True, False])
def test_the_package_starts_by_its_unit_or_by_the_desktop_and_never_by_both(
    graphical: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enabled = tmp_path / "enabled"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(
        "#!/bin/sh\ncase $3 in\n"
        f"is-active) exit {0 if graphical else 3} ;;\n"
        f"is-enabled) test -e {enabled} ;;\n"
        f"enable) touch {enabled} ;;\ndisable) rm -f {enabled} ;;\nesac\n"
    )
    systemctl.chmod(0o755)
    unit = tmp_path / "vcam.service"
    unit.touch()
    monkeypatch.setattr(autostart, "UNIT", unit)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    autostart.enable(True)
    assert autostart.enabled()
    assert enabled.exists() == graphical and autostart._file().exists() != graphical
    autostart.enable(False)
    assert not autostart.enabled() and not enabled.exists()


def test_a_systemd_that_hangs_holds_up_no_window(
    link: DaemonLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f"#!/bin/sh\ntouch {asked}\nexec sleep 600\n")
    systemctl.chmod(0o755)
    monkeypatch.setattr(autostart, "UNIT", systemctl)
    monkeypatch.setattr(autostart, "_PATIENCE_S", 0.5)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    preferences = Preferences(tmp_path / "w.ini")
    page = GeneralPage(link, preferences, Shortcuts(link, preferences, None))
    page.show()
    assert not asked.exists()
    until(asked.exists)
    assert not page.autostart.isChecked()


def test_heavy_libraries_stay_out_of_the_process() -> None:
    code = (
        "import sys, vcam_ui.app, vcam.control; "
        "sys.exit(bool({'cv2', 'onnxruntime', 'scipy', 'av', 'sounddevice'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER).returncode == 0
