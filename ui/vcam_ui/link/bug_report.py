"""The text of a bug report, gathered in a process of its own so that no window waits for it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QSaveFile, Signal

from vcam.schema.reasons import Reason
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words


class BugReport(QObject):
    """`told` carries what became of `save`, a sentence."""

    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._target = Path()
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "vcam", "report", "-"])
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def save(self, target: Path) -> None:
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._target = target
            self._process.start()

    def close(self) -> None:
        """Gives up a report that is being gathered."""
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished(1000)

    def _on_finished(self) -> None:
        text = bytes(self._process.readAllStandardOutput().data())
        if not text:
            self.told.emit(tr("The report could not be gathered."))
            return
        file = QSaveFile(str(self._target))
        if file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text) >= 0 and file.commit():
            self.told.emit(tr("The report is saved: {name}").format(name=self._target.name))
        else:
            reason = Reason.of("file.unwritable", path=self._target, error=file.errorString())
            self.told.emit(in_words(reason))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.told.emit(tr("The report could not be gathered."))
