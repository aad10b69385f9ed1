"""`vcam setup` in a process of its own: first what it would do, then, once allowed, the doing."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QObject, QProcess, Signal

from vcam.schema.reasons import Reason
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import all_in_words


class SetUp(QObject):
    """`planned` carries the lines that would be run and what only a person can do, as one text.

    `done` tells that all of it was done, `failed` carries a sentence. One thing at a time.
    """

    planned = Signal(list, str)
    done = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def plan(self) -> None:
        self._start("--json")

    def carry_out(self) -> None:
        """Does it; the system asks for the password."""
        self._start("--yes")

    def close(self) -> None:
        """Waits no longer; what is being installed goes on."""
        self._process.blockSignals(True)

    def _start(self, word: str) -> None:
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._process.setArguments(["-m", "vcam", "setup", word])
            self._process.start()

    def _on_finished(self, code: int) -> None:
        told = bytes(self._process.readAllStandardOutput().data())
        wrong = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        if code != 0:
            last = wrong.strip().splitlines()[-1:] or [tr("It could not be set up.")]
            self.failed.emit(last[0].removeprefix("vcam: "))
        elif "--json" in self._process.arguments():
            found = json.loads(told)
            by_hand = [Reason.model_validate(reason) for reason in found["by_hand"]]
            self.planned.emit(found["lines"], all_in_words(by_hand))
        else:
            self.done.emit()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(tr("It could not be set up."))
