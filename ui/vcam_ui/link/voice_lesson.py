"""`vcam voice learn` in a process of its own, of ten seconds that were just recorded."""

from __future__ import annotations

import sys
import tempfile
import wave
from array import array
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from vcam.schema.trial import RATE
from vcam_ui.link.told import refusal_in, told_by
from vcam_ui.words.language import tr


class VoiceLesson(QObject):
    """`learned` carries what `my_voice` is to be, `failed` a sentence. One thing at a time."""

    learned = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def busy(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def begin(self, samples: array[int]) -> None:
        """Samples of 16 bits at 48 kHz."""
        if self.busy:
            return
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "voice.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(samples)
        self._process.setArguments(["-m", "vcam", "voice", "learn", "--print", "--json", str(path)])
        self._process.start()

    def _on_finished(self) -> None:
        told = told_by(self._process)
        self._tidy()
        if "my_voice" in told:
            self.learned.emit(told["my_voice"])
        else:
            self.failed.emit(refusal_in(told) or tr("It could not be learned."))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._tidy()
            self.failed.emit(tr("It could not be learned."))

    def _tidy(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
