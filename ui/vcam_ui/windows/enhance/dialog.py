"""Enhancing recordings: which ones, what is done to them, how far it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from vcam.schema.declaration import GROUPS
from vcam.schema.kinds import RECORDINGS
from vcam.schema.reasons import Reason
from vcam.schema.recordings import FOR_RECORDINGS
from vcam.schema.settings import SETTINGS
from vcam_ui import icons, theme
from vcam_ui.desktop import pictures
from vcam_ui.widgets.controls import (
    Card,
    Choice,
    ElidedLabel,
    Notice,
    Switch,
    button,
    label,
    row,
    scrolled,
)
from vcam_ui.widgets.files import name_filters
from vcam_ui.widgets.setting_controls import setting_rows
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.enhance.plan import Plan
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import all_in_words

_PICTURE = "picture"


class EnhanceDialog(QWidget):
    """Closing it does not end a run."""

    closed = Signal()

    def __init__(self, enhancer: EnhanceRunner) -> None:
        super().__init__()
        self._enhancer = enhancer
        self._files: list[Path] = []
        self._plan = Plan()
        self.setWindowTitle(tr("Enhance a recording"))
        self.setWindowIcon(icons.app_icon())
        self.setAcceptDrops(True)

        self._names = ElidedLabel()
        self.choose_button = button(tr("Choose…"))
        self.choose_button.setAccessibleName(tr("Choose recordings"))
        self.choose_button.clicked.connect(self.choose)
        self._choices = scrolled(
            self._recordings_card(),
            self._picture_card(),
            self._voice_card(),
            self._people_card(),
            self._words_card(),
        )

        self.notice = Notice()
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.windowTitle())
        self._left = label(tone="muted")
        self.open_when_done = Switch(tr("Open when done"))
        self.open_when_done.setChecked(True)
        self.cancel_button = button(tr("Cancel"))
        self.cancel_button.clicked.connect(self._on_cancel)
        self.start_button = button(tr("Enhance"), kind="primary")
        self.start_button.clicked.connect(self._on_start)

        edge = theme.GAP * 2
        foot = QHBoxLayout()
        foot.addWidget(self.open_when_done)
        foot.addWidget(label(tr("Open when done")))
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.GAP + 4)
        column.addWidget(self._choices, 1)
        column.addWidget(self.notice)
        column.addWidget(self.progress)
        column.addWidget(self._left)
        column.addLayout(foot)
        self.setMinimumSize(420, 300)
        self.resize(520, 700)
        if (screen := self.screen()) is not None:
            room = screen.availableGeometry().size() - theme.frame_allowance()
            self.resize(self.size().boundedTo(room))
        enhancer.changed.connect(self._refresh)
        enhancer.failed.connect(self._on_failed)
        enhancer.done.connect(self._on_done)
        enhancer.older.connect(self._on_older)
        self._refresh()

    def offer(self, files: Sequence[Path]) -> None:
        """Takes these recordings in place of the ones before; none while some are enhanced."""
        if self._enhancer.busy:
            told = tr("One is being enhanced; choose this again afterwards.")
            self.notice.tell(told, tone="warning")
            return
        folders = [Reason.of("media.folder", path=file) for file in files if file.is_dir()]
        self.notice.tell(all_in_words(folders), tone="warning" if folders else "")
        self._files = [file for file in files if not file.is_dir()] or self._files
        self._refresh()

    def choose(self) -> None:
        """Asks for recordings with the system's dialog."""
        dialog = QFileDialog(self, tr("Choose recordings"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(name_filters(tr("Recordings ({patterns})"), RECORDINGS))
        dialog.filesSelected.connect(lambda names: self.offer([Path(name) for name in names]))
        dialog.open()

    def words(self) -> list[str]:
        """What was chosen, as options of `vcam enhance`."""
        found = self._plan.words()
        if self.size_choice.currentData() > 1:
            found += ["--superres", str(self.size_choice.currentData())]
        if self.split_voices.isChecked():
            found.append("--split-voices")
            if names := re.sub("[，、]", ",", self.names.text()).strip(", "):
                found += ["--names", names]
        if language := self.language.currentData():
            found += ["--transcript", language]
        return found

    def _recordings_card(self) -> Card:
        card = Card(tr("Recordings"))
        line = QHBoxLayout()
        line.addWidget(self._names, 1)
        line.addWidget(self.choose_button)
        card.add(line)
        return card

    def _picture_card(self) -> Card:
        card = Card(tr(GROUPS["picture"]))
        self.background = Choice()
        self.background.setMinimumContentsLength(14)  # of a picture's name
        self.background.setAccessibleName(tr(SETTINGS["background"].title))
        for value, text in (
            ("none", tr("As it is")),
            ("blur", tr("Blur")),
            (_PICTURE, tr("Picture…")),
        ):
            self.background.addItem(text, value)
        self.background.activated.connect(self._on_background)
        self.size_choice = Choice()
        self.size_choice.setAccessibleName(tr("Size"))
        for times, text in ((1, tr("As it is")), (2, tr("Twice")), (4, tr("Four times"))):
            self.size_choice.addItem(text, times)
        self._plan.changed.connect(self._show_background)
        card.add(
            row(tr(SETTINGS["background"].title), self.background),
            *setting_rows(self._plan, "background", FOR_RECORDINGS),
            *setting_rows(self._plan, "picture", FOR_RECORDINGS),
            row(tr("Size"), self.size_choice, tr("Larger and sharper; takes long.")),
        )
        return card

    def _voice_card(self) -> Card:
        card = Card(tr(GROUPS["voice"]))
        card.add(*setting_rows(self._plan, "voice", FOR_RECORDINGS))
        return card

    def _people_card(self) -> Card:
        card = Card(tr("People"))
        self.split_voices = Switch(tr("A sound track for each"))
        self.names = QLineEdit()
        self.names.setAccessibleName(tr("Their names"))
        self.names.setPlaceholderText(tr("Ann, Ben"))
        self.names.setEnabled(False)
        self.split_voices.toggled.connect(self.names.setEnabled)
        card.add(
            row(
                tr("A sound track for each"),
                self.split_voices,
                tr("Up to five who are seen, told by their lips, and a track for the rest."),
            ),
            row(tr("Their names"), self.names, tr("From left to right.")),
        )
        return card

    def _words_card(self) -> Card:
        card = Card(tr("Transcript"))
        self.language = Choice()
        self.language.setAccessibleName(tr("Transcript"))
        for code, text in (
            ("", tr("None")),
            ("auto", tr("As it is heard")),
            ("en", "English"),
            ("zh-TW", "繁體中文"),
            ("zh-CN", "简体中文"),
        ):
            self.language.addItem(text, code)
        card.add(
            row(
                tr("Write down what is said"),
                self.language,
                tr("The first time, a speech model of about 480 MB is fetched."),
            )
        )
        return card

    def _on_background(self) -> None:
        if (value := self.background.currentData()) != _PICTURE:
            self._plan.set(background=value)
            return
        self._show_background()
        dialog = QFileDialog(self, tr("Choose a background picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(name_filters(tr("Pictures ({patterns})"), pictures.SUFFIXES))
        dialog.fileSelected.connect(self._on_picture)
        dialog.open()

    def _on_picture(self, path: str) -> None:
        self._plan.set(background=path)

    def _show_background(self) -> None:
        settings = self._plan.settings
        value = _PICTURE if settings.picture else settings.background
        index = self.background.findData(value)
        if settings.picture:
            self.background.setItemText(index, settings.picture.name)
        self.background.setCurrentIndex(index)

    def _on_start(self) -> None:
        self.notice.tell("")
        self._enhancer.start(self._files, self.words())

    def _on_older(self, result: Path) -> None:
        question = QMessageBox(
            QMessageBox.Icon.Question,
            self.windowTitle(),
            tr("{name} is there already. Replace older results?").format(name=result),
            QMessageBox.StandardButton.Cancel,
            self,
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        replace = question.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        files, words = self._files, self.words()
        replace.clicked.connect(lambda: self._enhancer.start(files, words, overwrite=True))
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        question.open()

    def _on_cancel(self) -> None:
        if self._enhancer.busy:
            self._enhancer.cancel()
        else:
            self.close()

    def _on_failed(self, sentences: str) -> None:
        told = self.notice.text()  # of the results beside
        self.notice.tell(f"{told}\n{sentences}" if told else sentences, tone="warning")

    def _on_done(self, results: list[Path]) -> None:
        done = tr("Done: {name}").format(name=results[0].parent if results else "")
        notes = all_in_words(self._enhancer.notes)
        self.notice.tell(f"{done}\n{notes}" if notes else done)
        if self.open_when_done.isChecked() and results:
            only = results[0] if len(results) == 1 else results[0].parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(only)))

    def _refresh(self) -> None:
        busy = self._enhancer.busy
        names = tr(", ").join(file.name for file in self._files)
        self._names.setText(names or tr("None chosen yet; drop some here"))
        self._choices.setEnabled(not busy)
        self.start_button.setEnabled(bool(self._files) and not busy)
        self.cancel_button.setText(tr("Cancel") if busy else tr("Close"))
        self.progress.setVisible(busy)
        self._left.setVisible(busy)
        if busy:
            self.progress.setValue(round(1000 * self._enhancer.part))
            self._left.setText(time_left(self._enhancer.part, self._enhancer.seconds_left))
        if busy and (fetched := self._enhancer.fetched) is not None:
            self.progress.setValue(round(1000 * fetched))
            percent = int(100 * fetched)
            self._left.setText(tr("Fetching the speech model: {percent} %").format(percent=percent))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event) and not self._enhancer.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if files := _local_files(event):
            event.acceptProposedAction()
            self.offer(files)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def time_left(part: float, seconds: float | None) -> str:
    """How far a run is, in words."""
    done = tr("{percent} % done").format(percent=int(100 * part))
    if seconds is None:
        return done
    minutes = round(seconds / 60) + 1
    if seconds < 60:
        left = tr("less than a minute left")
    elif minutes < 60:
        left = tr("about {n} minutes left").format(n=minutes)
    else:
        left = tr("about {n} hours left").format(n=f"{minutes // 60}:{minutes % 60:02}")
    return f"{done}  ·  {left}"
