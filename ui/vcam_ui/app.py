"""The program behind `vcam tray`: one per user, made of the tray, the windows and the link."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from vcam.client import runtime_dir
from vcam_ui import icons, theme
from vcam_ui.desktop import behind
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.registry import open_hotkeys
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.set_up import SetUp
from vcam_ui.tray import Tray
from vcam_ui.windows.enhance.dialog import EnhanceDialog
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.first_run import FirstRun
from vcam_ui.windows.recordings import library
from vcam_ui.windows.settings.window import SettingsWindow
from vcam_ui.words import language
from vcam_ui.words.language import tr
from vcam_ui.words.record_news import RecordNews

if TYPE_CHECKING:
    from vcam_ui.windows.recordings.window import RecordingsWindow

_GRACE_MS = 800
"""How long a running daemon may take to answer before a new one is started."""

_TRAY_MS = 1000
_TRAY_LOOKS = 30
"""How often the desktop is asked for a place for the icon before the window is shown instead: at
login the panel comes late."""


class Program(QObject):
    """Owns the windows. They are built when they are first wanted, so that the tray is light."""

    def __init__(self, app: QApplication, *, settings: bool, address: str | None = None) -> None:
        super().__init__()
        self._app = app
        self._address = address
        self._preferences = Preferences()
        language.install(self._preferences.language)
        self.link = DaemonLink(self, address=address)
        self.shortcuts = Shortcuts(self.link, self._preferences, open_hotkeys())
        self.set_up = SetUp(self)
        self.enhancer = EnhanceRunner(self)
        self.enhancer.done.connect(self._on_enhanced)
        self.enhancer.failed.connect(lambda text: self._tell(tr("Enhance a recording"), text))
        # Queued, so that the result is told before.
        self.enhancer.changed.connect(
            self._leave_if_out_of_reach, Qt.ConnectionType.QueuedConnection
        )
        RecordNews(self.link).told.connect(self._tell)
        self.link.said.connect(self._tell_refused)
        self.tray: Tray | None = None
        self.window: SettingsWindow | None = None
        self.first_run: FirstRun | None = None
        self.enhance_dialog: EnhanceDialog | None = None
        self.recordings: RecordingsWindow | None = None
        self._quitting = False
        self._build_tray()
        self.link.open()
        QTimer.singleShot(_GRACE_MS, self, self._start_daemon_if_none)
        self._looks = 0
        self._tray_timer = QTimer(self, interval=_TRAY_MS)
        self._tray_timer.timeout.connect(self._look_for_a_tray)
        self._tray_timer.start()
        if not self._preferences.first_run_done:
            self.show_first_run()
        elif settings:
            self.show_settings()

    def show_settings(self) -> SettingsWindow:
        if self.window is None:
            self.window = SettingsWindow(
                self.link,
                self._preferences,
                self.shortcuts,
                self.set_up,
                address=self._address,
            )
            self.window.general.language_chosen.connect(self._change_language)
            self.window.general.first_steps_wanted.connect(self.show_first_run)
            self.window.general.recordings_wanted.connect(self.show_recordings)
            self.window.general.enhance_wanted.connect(self.show_enhance)
            self.window.closed.connect(
                self._leave_if_out_of_reach, Qt.ConnectionType.QueuedConnection
            )
            self._tell_about_the_tray()
        self.window.bring_up()
        return self.window

    def show_first_run(self) -> FirstRun:
        if self.first_run is None:
            self.first_run = FirstRun(self.link, address=self._address)
            self.first_run.status_wanted.connect(self._show_status)
            self.first_run.finished.connect(
                self._on_first_run_done, Qt.ConnectionType.QueuedConnection
            )
        _bring_up(self.first_run)
        return self.first_run

    def _show_status(self) -> None:
        self.show_settings().show_page("status")

    def show_recordings(self) -> None:
        if self.recordings is None:
            # Here, because the libraries that play films are large.
            from vcam_ui.windows.recordings.window import RecordingsWindow

            self.recordings = RecordingsWindow(self.link)
            self.recordings.enhance_wanted.connect(self.show_enhance)
            self.recordings.follow(self.enhancer)
            self.recordings.closed.connect(
                self._leave_if_out_of_reach, Qt.ConnectionType.QueuedConnection
            )
        _bring_up(self.recordings)

    def show_enhance(self, files: Sequence[Path] = ()) -> None:
        if self.enhance_dialog is None:
            self.enhance_dialog = EnhanceDialog(self.enhancer)
            self.enhance_dialog.closed.connect(
                self._leave_if_out_of_reach, Qt.ConnectionType.QueuedConnection
            )
        if files:
            self.enhance_dialog.offer(files)
        _bring_up(self.enhance_dialog)

    def quit(self) -> None:
        """Ends the tray and the daemon as well; asks before when that would break something off."""
        going_on = []
        if (status := self.link.status) is not None:
            if status.video.readers or status.audio.readers:
                going_on.append(tr("A call is using the camera or the microphone."))
            if status.record.state == "recording":
                going_on.append(tr("A recording is running."))
        used = bool(going_on)
        if self.enhancer.busy:
            going_on.append(tr("A recording is being enhanced, and is not finished then."))
        if not going_on:
            self._stop_and_leave()
            return
        question = QMessageBox(QMessageBox.Icon.Question, tr("Enhanced Camera"), "")
        question.setWindowIcon(icons.app_icon())
        cancel = question.addButton(QMessageBox.StandardButton.Cancel)
        destructive = QMessageBox.ButtonRole.DestructiveRole
        if used:
            going_on.append(tr("Stop the camera and the microphone too?"))
            stop = question.addButton(tr("Stop them"), destructive)
            keep = question.addButton(tr("Keep them running"), QMessageBox.ButtonRole.AcceptRole)
            question.setDefaultButton(keep)
        else:
            stop, keep = question.addButton(tr("Quit"), destructive), None
            question.setDefaultButton(cancel)
        question.setText("\n".join(going_on))
        question.finished.connect(lambda _: self._on_answer(question.clickedButton(), stop, keep))
        self._question = question
        question.open()

    def _on_answer(self, clicked: object, stop: object, keep: object) -> None:
        if clicked is stop:
            self._stop_and_leave()
        elif clicked is keep and keep is not None:
            self.leave()

    def _stop_and_leave(self) -> None:
        if not self.link.alive:
            self.leave()
            return
        self._quitting = True
        if self.tray is not None:
            self.tray.hide()  # a hidden icon does not tell that the daemon has stopped
        self.link.changed.connect(self._leave_when_gone)
        self.link.stop_daemon()
        QTimer.singleShot(3000, self, self.leave)

    def _leave_when_gone(self) -> None:
        if not self.link.alive:
            self.leave()

    def leave(self) -> None:
        self._quitting = True
        self._tray_timer.stop()
        try:
            for window in self._windows():
                window.close()
            if self.recordings is not None:
                self.recordings.player.unload()  # one that is hidden is not told that it closes
            if self.tray is not None:
                self.tray.hide()
            self.link.close()
            self.set_up.close()
            self.enhancer.stop()
            self.shortcuts.close()
        finally:
            self._app.quit()

    def _build_tray(self) -> None:
        self.tray = Tray(self.link, self.enhancer)
        self.tray.settings_wanted.connect(self.show_settings)
        self.tray.recordings_wanted.connect(self.show_recordings)
        self.tray.enhance_wanted.connect(self.show_enhance)
        self.tray.picture_wanted.connect(self._choose_picture)
        self.tray.quit_wanted.connect(self.quit)
        self.tray.show()

    def _on_enhanced(self, results: list[Path]) -> None:
        def show() -> None:
            if library.is_listed(results[0]):
                self.show_recordings()
            else:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(results[0].parent)))

        self._tell(tr("Enhance a recording"), tr("The recording is enhanced"), show)

    def _tell(self, title: str, text: str, show: Callable[[], None] | None = None) -> None:
        """News of recordings: as a notification, a click on which shows it, and in the window."""
        if self.tray is not None:
            self.tray.tell(title, text, show or self.show_recordings)
        if self.window is not None:
            self.window.say(tr("{title}: {text}").format(title=title, text=text), "")

    def _tell_refused(self, sentence: str) -> None:
        """As a notification, unless a settings window in front says it."""
        in_front = self.window is not None and self.window.isActiveWindow()
        if self.tray is not None and not in_front:
            self.tray.tell(tr("Enhanced Camera"), sentence, self.tray.settings_wanted.emit)

    def _windows(self) -> list[QWidget]:
        found = (self.window, self.first_run, self.recordings, self.enhance_dialog)
        return [window for window in found if window is not None]

    def _choose_picture(self) -> None:
        window = self.show_settings()
        window.show_page("camera")
        window.camera.gallery.choose_file()

    def _change_language(self, code: str) -> None:
        self._preferences.language = code
        language.install(code)
        if self.tray is not None:
            self.tray.hide()
            self.tray.deleteLater()
        self._build_tray()
        if self.recordings is not None:  # built anew when they are wanted again
            self.recordings.closed.disconnect()
            self.recordings.close()
            self.recordings.deleteLater()
            self.recordings = None
        if self.enhance_dialog is not None:
            # What was chosen in it is worth more than its language.
            self.enhance_dialog.closed.connect(
                self._drop_enhance_dialog, Qt.ConnectionType.QueuedConnection
            )
            if not self.enhance_dialog.isVisible():
                self._drop_enhance_dialog()
        if self.first_run is not None:
            first, self.first_run = self.first_run, None
            first.finished.disconnect()
            first.close()
            first.deleteLater()
            self.show_first_run().show_step(first.step)
        if self.window is not None:
            window, self.window = self.window, None
            window.closed.disconnect()
            window.close()  # which keeps its place for the new one
            window.deleteLater()
            self.show_settings().show_page(window.page)

    def _drop_enhance_dialog(self) -> None:
        if self.enhance_dialog is not None:
            self.enhance_dialog.deleteLater()
            self.enhance_dialog = None

    def _start_daemon_if_none(self) -> None:
        if not self.link.alive and not self._quitting:
            self.link.start_daemon()

    def _look_for_a_tray(self) -> None:
        self._looks += 1
        if Tray.possible():
            self._tray_timer.stop()
        elif self._looks == _TRAY_LOOKS and not self._windows():
            self.show_settings()
        self._tell_about_the_tray()

    def _tell_about_the_tray(self) -> None:
        if self.window is None:
            return
        if Tray.possible():
            self.window.notice.tell("")
        else:
            self.window.notice.tell(
                tr(
                    "Your desktop shows no tray icons, so this window is the way in. On GNOME, the "
                    "AppIndicator extension brings the icon back."
                )
            )

    def _on_first_run_done(self) -> None:
        self._preferences.first_run_done = True
        if self.first_run is not None:
            self.first_run.deleteLater()
            self.first_run = None
        if not self._quitting and not Tray.possible():
            self.show_settings()

    def _leave_if_out_of_reach(self) -> None:
        # Without an icon a closed window could not be opened again: then closing is leaving, once
        # no recording is being enhanced any more, and the camera goes on.
        if self._quitting or self.enhancer.busy:
            return
        if not any(window.isVisible() for window in self._windows()) and not Tray.possible():
            self.leave()


def _bring_up(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()


def run(*, settings: bool = False) -> int:
    """Runs until quit; returns the exit code. A second start brings up the first one's window."""
    behind.step_back()
    # Nothing here is drawn by OpenGL, and films would load it for 100 MB.
    os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")
    app = QApplication(["vcam"])
    app.setApplicationName("vcam")
    app.setApplicationDisplayName("Enhanced Camera")
    app.setDesktopFileName("vcam")
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    name = str(runtime_dir() / "tray.sock")
    if _handed_over(name):
        return 0
    program = Program(app, settings=settings)
    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    QLocalServer.removeServer(name)
    server.listen(name)
    server.newConnection.connect(lambda: _on_second_start(server, program))
    signals = _end_on_signals(program)
    code = app.exec()
    del signals
    server.close()
    return code


def _handed_over(name: str) -> bool:
    other = QLocalSocket()
    other.connectToServer(name)
    return other.waitForConnected(200)


def _on_second_start(server: QLocalServer, program: Program) -> None:
    if (connection := server.nextPendingConnection()) is not None:
        connection.deleteLater()
        program.show_settings()


def _end_on_signals(program: Program) -> tuple[QSocketNotifier, socket.socket, socket.socket]:
    """Ctrl-C and SIGTERM end the tray; the camera goes on."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: program.leave())
    return notifier, ours, theirs
