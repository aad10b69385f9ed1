"""The recordings window: what was recorded and enhanced, played, read, searched, taken along."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from vcam.client import Line, recordings_folder
from vcam.schema.errors import VcamError
from vcam_ui import icons, theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Notice, button, label
from vcam_ui.widgets.player import Player
from vcam_ui.windows.enhance.job import FOLDER as ENHANCED
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.recordings import library
from vcam_ui.windows.recordings.library import Recording
from vcam_ui.windows.recordings.people import PeopleDialog
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words
from vcam_ui.words.record_news import clock

_SETTLE_MS = 300
_TYPING_MS = 200
_ROLE = Qt.ItemDataRole.UserRole


class RecordingsWindow(QWidget):
    """`enhance_wanted` carries the files."""

    enhance_wanted = Signal(list)
    closed = Signal()

    def __init__(self, link: DaemonLink, *, videos: Path | None = None) -> None:
        super().__init__()
        self._link = link
        self._videos = videos
        self._archive: Path | None = None
        self._found: list[Recording] = []
        self._lines: list[Line] = []
        self._shown: Recording | None = None
        self._enhancer: EnhanceRunner | None = None
        self.setWindowTitle(tr("Recordings"))
        self.setWindowIcon(icons.app_icon())

        self.notice = Notice()
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._on_search)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search names and transcripts"))
        self.search.setAccessibleName(tr("Search names and transcripts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self._on_return)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Recordings"))
        self.list.currentItemChanged.connect(lambda item, _: self._show(item))
        self.player = Player()
        self.player.moved.connect(self._on_moved)
        self.player.failed.connect(lambda text: self.notice.tell(text, tone="warning"))
        self.transcript = QListWidget()
        self.transcript.setAccessibleName(tr("Transcript"))
        self.transcript.setWordWrap(True)
        self.transcript.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.transcript.itemClicked.connect(self._jump)
        self.transcript.itemActivated.connect(self._jump)
        self._no_transcript = label(tone="muted", wrap=True)
        self.enhance_button = button(tr("Enhance…"))
        self.enhance_button.clicked.connect(self._on_enhance)
        self.export_button = button(tr("Save transcript…"))
        self.export_button.clicked.connect(self._on_export)
        self.people_button = button(tr("People…"))
        self.people_button.clicked.connect(self._on_people)
        self.folder_button = button(tr("Open folder"))
        self.folder_button.clicked.connect(self._on_folder)
        self.archive_button = button("")
        self.archive_button.clicked.connect(self._on_archive)

        self._arrange()
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        self.setMinimumSize(600, 320)
        self.resize(self._first_size())
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(lambda _: self._settle.start())
        self.open_archive(None)

    def look(self) -> None:
        """Reads the folders again; what is chosen stays chosen. A closed window opens no film."""
        if not self.isVisible():
            return
        chosen = self.chosen
        if self._archive is None:
            self._found = library.recordings(self._videos)
            self._watch()
        else:
            with suppress(VcamError):  # what was there when it was opened stays shown
                self._found = library.archived(self._archive)
        self._fill(chosen)

    def follow(self, enhancer: EnhanceRunner) -> None:
        """Shows its results when they are there."""
        self._enhancer = enhancer
        enhancer.changed.connect(self._let_go)
        enhancer.done.connect(self.look)

    def open_archive(self, folder: Path | None) -> None:
        """Shows the recordings of an archive, or again one's own."""
        try:
            self._found = [] if folder is None else library.archived(folder)
        except VcamError as error:
            self.notice.tell(in_words(error.reason), tone="warning")
            return
        self._archive = folder
        self.archive_button.setText(tr("Close archive") if folder else tr("Open archive…"))
        self.look()

    @property
    def _words(self) -> str:
        """What is searched for."""
        return self.search.text().strip().casefold()

    @property
    def chosen(self) -> Recording | None:
        item = self.list.currentItem()
        return item.data(_ROLE) if item is not None else None

    def next_match(self) -> None:
        """Goes to the transcript's next line with what is searched for, and plays from there."""
        count, words = len(self._lines), self._words
        after = self.transcript.currentRow() + 1
        for i in range(count):
            index = (after + i) % count
            if words and library.has(self._lines[index], words):
                self.transcript.setCurrentRow(index)
                self.player.seek(self._lines[index].begin)
                return

    def save_transcript(self, target: Path) -> None:
        """Copies the transcript of what is chosen; the name's end says whether with times."""
        chosen = self.chosen
        source = chosen.transcript if chosen else None
        if source is None:
            return
        try:
            if target.suffix.lower() == source.suffix.lower():
                shutil.copyfile(source, target)
            else:
                text = "\n".join(line.text for line in self._lines)
                target.write_text(text + "\n", encoding="utf-8")
        except shutil.SameFileError:
            return
        except OSError as error:
            self.notice.tell(
                tr("{name} could not be written ({reason}).").format(
                    name=target.name, reason=error.strerror
                ),
                tone="warning",
            )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shown is None:
            self.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.unload()
        self._shown = None
        super().closeEvent(event)
        self.closed.emit()

    def _arrange(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.folder_button)
        column.addWidget(self.archive_button)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(theme.GAP)
        beside.addWidget(label(tr("Transcript"), kind="heading"))
        beside.addWidget(self._no_transcript)
        beside.addWidget(self.transcript, 1)
        beside.addStretch(0)
        beside.addWidget(self.enhance_button)
        beside.addWidget(self.export_button)
        beside.addWidget(self.people_button)
        parts = QSplitter()
        left.setMinimumWidth(140)
        right.setMinimumWidth(140)
        for part in (left, self.player, right):
            parts.addWidget(part)
        parts.setStretchFactor(1, 1)
        parts.setSizes([210, 480, 240])
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(theme.GAP * 2)
        whole = QVBoxLayout(self)
        edge = theme.GAP * 2
        whole.setContentsMargins(edge, edge, edge, edge)
        whole.setSpacing(theme.GAP + 4)
        whole.addWidget(self.notice)
        whole.addWidget(parts, 1)

    def _first_size(self) -> QSize:
        wanted = QSize(980, 560)
        screen = self.screen()
        room = screen.availableGeometry().size() - theme.frame_allowance() if screen else wanted
        return wanted.boundedTo(room)

    def _watch(self) -> None:
        folders = {
            film.parent for one in self._found for film in (one.original, one.enhanced) if film
        }
        folders |= {recordings_folder(), recordings_folder() / ENHANCED}
        wanted = [str(folder) for folder in folders if folder.is_dir()]
        if fresh := [folder for folder in wanted if folder not in self._watcher.directories()]:
            self._watcher.addPaths(fresh)

    def _fill(self, chosen: Recording | None) -> None:
        found = self._found
        if self._words:
            try:
                found = library.having(found, self._words, self._archive)
            except VcamError as error:
                self.notice.tell(in_words(error.reason), tone="warning")
        self.list.blockSignals(True)
        self.list.clear()
        current = None
        for recording in found:
            item = QListWidgetItem(recording.name)
            item.setToolTip(str(recording.newest))
            item.setData(_ROLE, recording)
            self.list.addItem(item)
            if chosen is not None and recording.is_like(chosen):
                current = item if current is None or recording == chosen else current
        self.list.blockSignals(False)
        self.list.setCurrentItem(current or self.list.item(0))
        if self.list.count() == 0:
            self._show(None)

    def _show(self, item: QListWidgetItem | None) -> None:
        recording: Recording | None = item.data(_ROLE) if item is not None else None
        if recording != self._shown or recording is None:
            self._shown = recording
            self.notice.tell("")
            self.player.show_recording(recording)
        transcript = recording.transcript if recording else None
        self._lines = library.lines_of(transcript) if transcript else []
        self.transcript.clear()
        for line in self._lines:
            self.transcript.addItem(f"{clock(line.begin)}  {line.text}")
        self.transcript.setVisible(bool(self._lines))
        self._no_transcript.setVisible(not self._lines)
        if recording is not None:
            self._no_transcript.setText(tr("None yet. “Enhance…” can write one."))
        elif self._found:
            self._no_transcript.setText(tr("Nothing has these words."))
        else:
            self._no_transcript.setText(tr("Nothing is recorded yet. “Record” in the menu begins."))
        self.enhance_button.setEnabled(recording is not None)
        self.export_button.setEnabled(bool(self._lines))
        self.people_button.setVisible(recording is not None and recording.has_people)
        self.folder_button.setEnabled(recording is not None)
        if self._words:
            self.next_match()

    def _jump(self, item: QListWidgetItem) -> None:
        self.player.seek(self._lines[self.transcript.row(item)].begin)

    def _on_moved(self, seconds: float) -> None:
        if not self.player.playing:
            return
        for i, line in enumerate(self._lines):
            if line.begin <= seconds < line.end:
                self.transcript.setCurrentRow(i)
                return

    def _on_search(self) -> None:
        self._fill(self.chosen)

    def _on_return(self) -> None:
        if self._typing.isActive():
            self._typing.stop()
            self._on_search()
        else:
            self.next_match()

    def _on_enhance(self) -> None:
        if (chosen := self.chosen) is not None:
            self.player.stop()
            self.enhance_wanted.emit([chosen.original or chosen.newest])

    def _let_go(self) -> None:
        """Windows replaces no file that is played, such as an older result of what is enhanced."""
        if sys.platform != "win32" or self._enhancer is None or not self.isVisible():
            return
        if self._shown is None:
            if not self._enhancer.busy:
                self.look()
        elif self._shown.enhanced and self._shown.original in self._enhancer.underway:
            self.player.unload()
            self._shown = None

    def _on_export(self) -> None:
        chosen = self.chosen
        source = chosen.transcript if chosen else None
        if source is None:
            return
        dialog = QFileDialog(self, tr("Save transcript"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [tr("Text (*.txt)"), tr("Subtitles (*{end})").format(end=source.suffix)]
        )
        dialog.selectFile(f"{source.stem}.txt")
        dialog.fileSelected.connect(lambda path: self.save_transcript(Path(path)))
        dialog.open()

    def _on_people(self) -> None:
        if (chosen := self.chosen) is None:
            return
        for opened in self.findChildren(PeopleDialog):
            if opened.file == chosen.newest:
                opened.raise_()
                return
        self.player.stop()
        dialog = PeopleDialog(chosen.newest, self)

        def let_go() -> None:
            if sys.platform == "win32" and self._shown == chosen:
                self.player.unload()  # there no file is replaced that is played

        def show_again() -> None:
            if self._shown == chosen:
                self._shown = None
            self.look()

        dialog.begun.connect(let_go)
        dialog.ended.connect(show_again)
        dialog.failed.connect(lambda text: self.notice.tell(text, tone="warning"))

    def _on_folder(self) -> None:
        if (chosen := self.chosen) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(chosen.newest.parent)))

    def _on_archive(self) -> None:
        if self._archive is not None:
            self.open_archive(None)
            return
        dialog = QFileDialog(self, tr("Open an archive"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.open_archive(Path(path)))
        dialog.open()
