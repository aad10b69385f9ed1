"""The doctor's findings, asked in a process of its own so that no window waits for it."""

from __future__ import annotations

import sys

from pydantic import ValidationError
from PySide6.QtCore import QObject, QProcess, Signal

from vcam.client import Report
from vcam_ui.words.language import tr


class Health(QObject):
    """`found` carries a `Report`, `failed` a sentence; one look at a time."""

    found = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "vcam", "doctor", "--json"])
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def looking(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def look(self) -> None:
        if not self.looking:
            self._process.start()

    def close(self) -> None:
        """Gives up a look that is going on."""
        self._process.blockSignals(True)
        if self.looking:
            self._process.kill()
            self._process.waitForFinished(1000)

    def _on_finished(self) -> None:
        # The exit code tells whether the machine is ready; the report tells why.
        text = bytes(self._process.readAllStandardOutput().data())
        try:
            self.found.emit(Report.model_validate_json(text))
        except ValidationError:
            self.failed.emit(tr("The check did not finish; `vcam doctor` in a terminal says why."))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(tr("The check could not be started."))
