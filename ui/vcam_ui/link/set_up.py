"""`vcam setup` in a process of its own: first what it would do, then, once allowed, the doing."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess, Signal

from vcam.schema.reasons import Reason
from vcam_ui.link.told import refusal_in, told_by
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

    @property
    def carrying_out(self) -> bool:
        """Whether the doing goes on."""
        return self._busy and "--yes" in self._process.arguments()

    def plan(self) -> None:
        self._start()

    def carry_out(self) -> None:
        """Does it; the system asks for the password."""
        self._start("--yes")

    def close(self) -> None:
        """Waits no longer; what is being installed goes on."""
        self._process.blockSignals(True)

    @property
    def _busy(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def _start(self, *words: str) -> None:
        if not self._busy:
            self._process.setArguments(["-m", "vcam", "setup", "--json", *words])
            self._process.start()

    def _on_finished(self, code: int) -> None:
        told = told_by(self._process)
        if code != 0 or "lines" not in told:
            self.failed.emit(refusal_in(told) or tr("It could not be set up."))
        elif "--yes" in self._process.arguments():
            self.done.emit()
        else:
            by_hand = [Reason.model_validate(reason) for reason in told["by_hand"]]
            self.planned.emit(told["lines"], all_in_words(by_hand))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(tr("It could not be set up."))
