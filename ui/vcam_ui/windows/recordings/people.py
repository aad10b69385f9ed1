"""Who is who in a meeting that was taken apart: each is heard and given a name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QProcess, QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vcam_ui import icons, theme
from vcam_ui.link.told import refusal_in, told_by
from vcam_ui.widgets.controls import Notice, button, label
from vcam_ui.widgets.player import Player
from vcam_ui.windows.recordings.library import Recording, lines_of
from vcam_ui.words.language import tr

_NO_COMMA = QRegularExpression("[^,]*")


class PeopleDialog(QDialog):
    """Opens when it is known who is in a result's `file`, by `vcam voice rename`, which also
    renames them; `failed` carries a sentence where nobody is. Between `begun` and `ended` files
    change."""

    begun = Signal()
    ended = Signal()
    failed = Signal(str)

    def __init__(self, file: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("People in the meeting"))
        self.file = file
        self.names: list[QLineEdit] = []
        self._hear_buttons: list[QPushButton] = []
        self.notice = Notice()
        self.player = Player(picture=False)
        self.player.failed.connect(self._warn)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)  # how long it takes goes by the film's length
        self.progress.setAccessibleName(tr("Renaming"))
        self.progress.hide()
        self.cancel_button = button(tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.rename_button = button(tr("Rename"), kind="primary")
        self.rename_button.setDefault(True)
        self.rename_button.clicked.connect(self.rename)
        self._process = QProcess(self)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._start()

    def rename(self) -> None:
        self.notice.tell("")
        self.player.unload()
        self.begun.emit()
        self._show_busy(True)
        self._start("--names=" + ",".join(name.text().strip() for name in self.names))

    def reject(self) -> None:
        """While the files change, it gives up that; all is then as it was."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.terminate()
            return
        super().reject()

    def done(self, result: int) -> None:
        self.player.unload()
        super().done(result)

    def _start(self, *words: str) -> None:
        command = ["-m", "vcam", "voice", "rename", str(self.file), "--json", *words]
        self._process.start(sys.executable, command)

    def _on_finished(self) -> None:
        told = told_by(self._process)
        sentence = refusal_in(told) or tr("Nobody could be renamed.")
        if not self.names and told.get("people"):
            self._open(told["people"])
            return
        if not self.names:
            self.failed.emit(sentence)
            self.deleteLater()
            return
        self._show_busy(False)
        if "people" in told:
            self.accept()
        else:
            self._warn(sentence)
        self.ended.emit()

    def _show_busy(self, busy: bool) -> None:
        for one in (self.rename_button, *self._hear_buttons):
            one.setEnabled(not busy)
        self.player.setVisible(not busy)  # a sound that is played is not renamed everywhere
        self.progress.setVisible(busy)

    def _warn(self, sentence: str) -> None:
        self.notice.tell(sentence, tone="warning")
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_finished()

    def _open(self, people: Sequence[str]) -> None:
        note = tr("They are called so in the film, in the sound files and in the transcript.")
        edge = theme.GAP * 2
        column = QVBoxLayout(self)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.GAP + 4)
        column.addWidget(self.notice)
        column.addWidget(label(self.file.stem, kind="heading", wrap=True))
        for name in people:
            column.addLayout(self._line(name))
        column.addWidget(label(note, tone="muted", wrap=True))
        column.addWidget(self.player)
        column.addWidget(self.progress)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.rename_button)
        column.addLayout(foot)
        self.setMinimumWidth(380)
        self.names[0].setFocus()
        self.names[0].selectAll()
        self.show()

    def _line(self, name: str) -> QHBoxLayout:
        edit = QLineEdit(name)
        edit.setPlaceholderText(name)
        edit.setAccessibleName(tr("Name of {name}").format(name=name))
        edit.setValidator(QRegularExpressionValidator(_NO_COMMA, edit))
        self.names.append(edit)
        hear = button("")
        hear.setIcon(icons.icon("play", theme.colors().text))
        for tell in (hear.setAccessibleName, hear.setToolTip):
            tell(tr("Hear {name}").format(name=name))
        hear.setAutoDefault(False)
        hear.clicked.connect(partial(self._hear, name))
        self._hear_buttons.append(hear)
        line = QHBoxLayout()
        line.addWidget(edit, 1)
        line.addWidget(hear)
        return line

    def _hear(self, name: str) -> None:
        """From where the transcript first says that it is this person."""
        transcript = Recording(None, self.file).transcript
        lines = lines_of(transcript) if transcript else []
        said = (line.begin for line in lines if line.text.startswith(f"{name}: "))
        sound = self.file.with_name(f"{self.file.stem} - {name}.flac")
        self.player.show_recording(Recording(None, sound), begin=next(said, 0.0), play=True)
