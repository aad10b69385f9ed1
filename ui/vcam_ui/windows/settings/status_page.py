"""The status page: what runs how fast, what is wrong, and the command that mends it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from vcam.client import Report
from vcam.schema.settings import SETTINGS
from vcam.schema.status import AudioStatus, VideoStatus
from vcam_ui import theme
from vcam_ui.link.bug_report import BugReport
from vcam_ui.link.health import Health
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.set_up import SetUp
from vcam_ui.widgets.controls import Card, button, label, scrolled, set_tone
from vcam_ui.words.findings import all_fine, finding, has_command
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import all_in_words


class StatusPage(QWidget):
    def __init__(self, link: DaemonLink, set_up: SetUp) -> None:
        super().__init__()
        self._link = link
        self._picture = Facts(tr("Picture"))
        self._sound = Facts(tr("Sound"))
        self._speaker = Facts(tr("Enhanced Speaker"))
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(theme.GAP * 2)
        self._sides.addWidget(self._picture, 1)
        self._sides.addWidget(self._sound, 1)
        sides = QWidget()
        sides.setLayout(self._sides)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self.health = HealthCard(set_up)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self.health, sides, self._speaker))
        link.changed.connect(self._refresh)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > 620
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.health.look()

    def _refresh(self) -> None:
        if not self.isVisible() and self._picture.filled:
            return
        status = self._link.status
        self._picture.show_facts(*_picture_facts(status.video if status else VideoStatus()))
        self._sound.show_facts(*_sound_facts(status.audio if status else AudioStatus()))
        speaker = status.speaker if status else AudioStatus()
        self._speaker.setVisible(speaker.state != "off")
        self._speaker.show_facts(*_speaker_facts(speaker))


class Facts(Card):
    """A card of names and values; a reason above them when there is something to say."""

    def __init__(self, heading: str) -> None:
        super().__init__(heading)
        self._reason = label(wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP * 2)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.add(self._reason, self._grid)
        self.column.addStretch(1)
        self._values: dict[str, QLabel] = {}

    @property
    def filled(self) -> bool:
        return bool(self._values)

    def show_facts(self, reason: str, tone: str, facts: list[tuple[str, str]]) -> None:
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        set_tone(self._reason, tone)
        for name, value in facts:
            if name not in self._values:
                line = len(self._values)
                self._grid.addWidget(label(name, tone="muted"), line, 0, Qt.AlignmentFlag.AlignTop)
                self._values[name] = label(wrap=True)
                self._grid.addWidget(self._values[name], line, 1)
            self._values[name].setText(value)


class HealthCard(Card):
    """What the doctor found, with a button to look again.

    What `set_up` began goes on without the card, and is told by the next one.
    """

    def __init__(self, set_up: SetUp) -> None:
        super().__init__()
        self._verdict = label(kind="heading", wrap=True)
        self._again = button(tr("Check again"))
        self._again.clicked.connect(self.look)
        self._save = button(tr("Save a report…"))
        self._save.setToolTip(
            tr("What a bug report needs, without your name and the names of your files")
        )
        self._save.clicked.connect(self._ask_where)
        self.mend = button(tr("Set it up…"), kind="primary")
        self.mend.setToolTip(tr("Shows the commands that mend it, and runs them once you agree"))
        self.mend.hide()
        self._saved = label(tone="muted", wrap=True)
        self._saved.hide()
        top = QHBoxLayout()
        top.addWidget(self._verdict, 1)
        top.addWidget(self._again)
        top.addWidget(self._save)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GAP + 4)
        mending = QHBoxLayout()
        mending.addWidget(self.mend)
        mending.addStretch(1)
        self.add(top, self._saved, mending, self._list)
        self.report: Report | None = None
        self._health = Health(self)
        self._health.found.connect(self.show_report)
        self._health.failed.connect(self._on_failed)
        self.destroyed.connect(self._health.close)
        self.set_up = set_up
        self.set_up.planned.connect(self._ask_whether)
        self.set_up.done.connect(self.look)
        self.set_up.failed.connect(self._on_set_up_failed)
        self.mend.clicked.connect(self.set_up.plan)
        self.bug_report = BugReport(self)
        self.bug_report.told.connect(self._tell_saved)
        self.destroyed.connect(self.bug_report.close)

    def look(self) -> None:
        self._health.look()
        self._again.setEnabled(False)
        if self.set_up.carrying_out:
            self._show_setting_up()
        elif self.report is None:
            self._verdict.setText(tr("Looking at this computer…"))

    def show_report(self, report: Report) -> None:
        """Problems first; what is well comes after them in one line."""
        self._again.setEnabled(True)
        if not self.set_up.carrying_out:
            self.mend.setEnabled(True)
            self._verdict.setText(
                tr("This computer is ready") if report.ready else tr("Something is missing")
            )
        if report == self.report:
            return
        self.report = report
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        problems = [check for check in report.checks if check.state != "ok"]
        for check in sorted(problems, key=lambda check: check.state != "missing"):
            self._list.addWidget(finding(check))
        if fine := [check for check in report.checks if check.state == "ok"]:
            self._list.addWidget(all_fine(fine))

        self.mend.setVisible(sys.platform == "linux" and any(map(has_command, problems)))

    def _ask_whether(self, lines: list[str], by_hand: str) -> None:
        """Shows every command before the one question."""
        dialog = QMessageBox(self)
        dialog.setWindowTitle(tr("Set it up…"))
        dialog.setText(tr("These commands are run:") if lines else tr("Nothing to be run here."))
        dialog.setInformativeText("\n\n".join(["\n".join(lines), by_hand]).strip())
        dialog.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        go = dialog.addButton(tr("Run them"), QMessageBox.ButtonRole.AcceptRole) if lines else None
        dialog.addButton(QMessageBox.StandardButton.Close)
        dialog.exec()
        if go is not None and dialog.clickedButton() is go:
            self._show_setting_up()
            self.set_up.carry_out()

    def _show_setting_up(self) -> None:
        self._verdict.setText(tr("Setting it up…"))
        self.mend.setEnabled(False)

    def _on_set_up_failed(self, sentence: str) -> None:
        self.look()
        self._tell_saved(sentence)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, tr("Save a report…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile("vcam-report.txt")
        if dialog.exec():
            self._tell_saved(tr("Looking at this computer…"))
            self.bug_report.save(Path(dialog.selectedFiles()[0]))

    def _tell_saved(self, sentence: str) -> None:
        self._saved.setText(sentence)
        self._saved.show()

    def _on_failed(self, sentence: str) -> None:
        self._again.setEnabled(True)
        self._verdict.setText(sentence)


def _state(state: str) -> str:
    return {
        "off": tr("off"),
        "starting": tr("starting"),
        "live": tr("live"),
        "standby": tr("asleep until an app uses it"),
        "degraded": tr("degraded"),
        "failed": tr("failed"),
    }[state]


def _picture_facts(video: VideoStatus) -> tuple[str, str, list[tuple[str, str]]]:
    size = f"{video.width} × {video.height}" if video.width else "–"
    facts = [
        (tr("State"), _state(video.state)),
        (tr("From"), video.source or "–"),
        (tr("To"), video.sink or "–"),
        (tr("Used by"), tr(", ").join(video.readers) or "–"),
        (tr("Size"), size),
        (tr("Pictures a second"), f"{video.fps:.1f}"),
        (tr("Work per picture"), f"{video.frame_ms:.1f} ms"),
        (tr("Of that, ms"), _shares(video.stages)),
        (tr("Delay"), f"{video.delay_ms:.0f} ms"),
        (tr("Runs on"), _provider(video.provider)),
        (tr("Dropped"), _counted(video.dropped, video.frames)),
        (tr("Reconnects, restarts"), f"{video.reconnects}, {video.restarts}"),
    ]
    return all_in_words(video.reasons), "danger" if video.state == "failed" else "warning", facts


def _sound_facts(audio: AudioStatus) -> tuple[str, str, list[tuple[str, str]]]:
    facts = [
        (tr("State"), _state(audio.state)),
        (tr("From"), audio.source or "–"),
        (tr("To"), audio.sink or "–"),
        (tr("Used by"), tr(", ").join(audio.readers) or "–"),
        (tr("Work per 10 ms"), f"{audio.block_ms:.2f} ms"),
        (tr("Delay"), f"{audio.delay_ms:.0f} ms"),
        (tr("Denoiser"), _denoiser(audio)),
        (tr("Runs on"), _provider(audio.provider)),
        (tr("Echo"), tr("being taken away") if audio.echo else "–"),
        (tr("Late"), _counted(audio.late_blocks, audio.blocks)),
        (tr("Passed unchanged"), _counted(audio.bypassed_blocks, audio.blocks)),
        (tr("Gaps of the device"), str(audio.xruns)),
        (tr("Reconnects, restarts"), f"{audio.reconnects}, {audio.restarts}"),
    ]
    return all_in_words(audio.reasons), "danger" if audio.state == "failed" else "warning", facts


def _denoiser(audio: AudioStatus) -> str:
    name = SETTINGS["denoiser"].names.get(audio.denoiser)
    return f"{tr(name)}, {audio.denoiser_ms:.0f} ms" if name else "–"


def _speaker_facts(speaker: AudioStatus) -> tuple[str, str, list[tuple[str, str]]]:
    facts = [
        (tr("State"), _state(speaker.state)),
        (tr("Used by"), tr(", ").join(speaker.readers) or "–"),
        (tr("To"), speaker.sink or "–"),
        (tr("Delay"), f"{speaker.delay_ms:.0f} ms"),
    ]
    tone = "danger" if speaker.state == "failed" else "warning"
    return all_in_words(speaker.reasons), tone, facts


def _shares(stages: dict[str, float]) -> str:
    names = {
        "convert": tr("colours"),
        "face": tr("face"),
        "matte": tr("cutting out"),
        "framing": tr("framing"),
        "low_light": tr("noise"),
        "brightness": tr("brightness"),
        "touch_up": tr("touch-up"),
        "light": tr("light"),
        "background": tr("background"),
    }
    return (
        tr(", ").join(f"{names.get(name, name)} {took:.1f}" for name, took in stages.items()) or "–"
    )


def _provider(provider: str | None) -> str:
    return (provider or "–").removesuffix("ExecutionProvider")


def _counted(part: int, whole: int) -> str:
    return tr("{part} of {whole}").format(part=part, whole=whole) if whole else str(part)
