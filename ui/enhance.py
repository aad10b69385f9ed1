"""Cleaning recordings: files chosen here, enhanced by `vcam enhance` in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.language import tr

PATTERNS = "*.wav *.flac *.ogg *.opus *.mp3 *.m4a *.aac *.mp4 *.mkv *.mov *.webm"
FOLDER = "Enhanced"


class Enhancer(QObject):
    """One run at a time. `done` carries the folder of the results, `failed` a sentence."""

    changed = Signal()
    done = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._target = Path()
        self._process = QProcess(self)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def busy(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def choose(self, parent: QWidget | None = None) -> None:
        """Asks for recordings with the system's dialog and starts with what was chosen."""
        dialog = QFileDialog(parent, tr("Enhance a recording"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(tr("Recordings ({patterns})").format(patterns=PATTERNS))
        dialog.filesSelected.connect(lambda names: self.start([Path(name) for name in names]))
        dialog.open()

    def start(self, files: list[Path]) -> None:
        """Writes each recording, enhanced, into a folder beside the first of them."""
        if not files or self.busy:
            return
        self._target = files[0].parent / FOLDER
        words = ["-m", "vcam", "enhance", *map(str, files), "-o", str(self._target), "--overwrite"]
        self._process.start(sys.executable, words)
        self.changed.emit()

    def stop(self) -> None:
        """Gives up what is going on; nothing half-written is left."""
        self._process.blockSignals(True)
        if self.busy:
            self._process.terminate()
            self._process.waitForFinished(2000)

    def _on_finished(self, code: int) -> None:
        self.changed.emit()
        if code == 0:
            self.done.emit(str(self._target))
            return
        lines = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        said = [line for line in lines.splitlines() if line.startswith("vcam: ")]
        sentence = said[-1].removeprefix("vcam: ") if said else ""
        self.failed.emit(sentence or tr("The recording could not be enhanced."))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.changed.emit()
            self.failed.emit(tr("The recording could not be enhanced."))
