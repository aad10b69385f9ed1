"""Recordings are enhanced by `vcam enhance`, in a process of its own that these windows drive."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from vcam.schema.reasons import Reason
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import all_in_words

FOLDER = "Enhanced"
_CANCEL_MS = 2000
_TELLING = 0.02
"""From this part on the time that is left can be guessed."""


class EnhanceRunner(QObject):
    """One run at a time. `done` carries the paths of the results; `failed` sentences, also beside
    results, of what is missing. `older` carries an older result's path, for which nothing was done.
    `changed` tells that a run began, came further or ended.
    """

    changed = Signal()
    older = Signal(Path)
    done = Signal(list)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: list[Path] = []
        self._parts: dict[str, float] = {}
        self._results: list[Path] = []
        self._wrong: list[Reason] = []
        self.notes: list[Reason] = []
        """What is worth knowing about the results."""
        self.fetched: float | None = None
        """How much of a model is there that is fetched first, 0 to 1; None when none is."""
        self._began = 0.0
        self._cancelled = False
        self._rest = b""
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_lines)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def busy(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def underway(self) -> list[Path]:
        """The recordings that are enhanced now."""
        return self._files if self.busy else []

    @property
    def part(self) -> float:
        """How much is done, 0 to 1."""
        return sum(self._parts.values()) / max(1, len(self._files))

    @property
    def seconds_left(self) -> float | None:
        """None while it cannot be told."""
        if self.part < _TELLING:
            return None
        return (time.monotonic() - self._began) * (1 / self.part - 1)

    def start(
        self, files: list[Path], words: Sequence[str] = (), *, overwrite: bool = False
    ) -> None:
        """Writes each recording, enhanced, into a folder beside the first of them.

        `words` are options of `vcam enhance`; older results are replaced only to `overwrite`.
        """
        if not files or self.busy:
            return
        self._files, self._parts, self._results = files, {}, []
        self._wrong, self.notes = [], []
        self._rest, self._cancelled = b"", False
        self.fetched = None
        self._began = time.monotonic()
        target = files[0].parent / FOLDER
        command = ["-m", "vcam", "enhance", *map(str, files), "-o", str(target), "--json", *words]
        if overwrite:
            command.append("--overwrite")
        self._process.start(sys.executable, command)
        self.changed.emit()

    def cancel(self) -> None:
        """Ends it; nothing half-written is left under a result's name."""
        self._cancelled = True
        self._end()

    def stop(self) -> None:
        """Gives up what is going on and waits for its end."""
        self._process.blockSignals(True)
        if self.busy:
            self._end()
            self._process.waitForFinished(_CANCEL_MS)

    def _end(self) -> None:
        """Asks it, but for Windows, where a program without windows hears no such request: there it
        is killed, and goes on where it was when the same is wanted again. Not yet run there."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            self._process.terminate()

    def _on_lines(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(
            b"\n"
        )
        for line in lines:
            try:
                news = json.loads(line)
            except ValueError:
                continue
            if "fetching" in news:
                self.fetched = news["part"] if news["part"] < 1 else None
            elif "done" in news:
                self.fetched = None
                self._parts[news["file"]] = news["done"]
            elif news.get("error"):
                self._wrong.append(Reason.model_validate(news["error"]))
            elif "target" in news:
                self._results.append(Path(news["target"]))
                self.notes += map(Reason.model_validate, news["notes"])
                if news.get("missing"):
                    self._wrong.append(Reason.model_validate(news["missing"]))
        self.changed.emit()

    def _on_finished(self) -> None:
        self._on_lines()
        if self._cancelled:
            return
        if [reason.key for reason in self._wrong] == ["enhance.exists"]:
            self.older.emit(Path(str(self._wrong[0].values["path"])))
            return
        if self._results:
            self.done.emit(self._results)
        if self._wrong or not self._results:
            sentences = all_in_words(self._wrong)
            self.failed.emit(sentences or tr("The recording could not be enhanced."))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.changed.emit()
            self.failed.emit(tr("The recording could not be enhanced."))
