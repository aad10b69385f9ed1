"""The card on which people hear and see what is done to their voice, without a call."""

from __future__ import annotations

import logging
import sys
import wave
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from vcam.schema.held import in_effect
from vcam.schema.settings import SETTINGS
from vcam.schema.trial import RESULT, SECONDS, SOUND, Side, Trial
from vcam_ui import icons, theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, Switch, button, label, row
from vcam_ui.widgets.spectrogram import Spectrogram
from vcam_ui.words.language import tr

if TYPE_CHECKING:
    from vcam_ui.desktop.sides import Sides

_LOOK_MS = 100
_PATIENCE_MS = 1000 * (SECONDS + 8)
"""The sound waits for the picture for half a second, and a microphone may have to be opened."""

log = logging.getLogger(__name__)


class HearYourself(Card):
    """`recorded` carries the samples as the microphone gave them, 16 bits at 48 kHz."""

    recorded = Signal(object)

    def __init__(self, link: DaemonLink) -> None:
        super().__init__(tr("Hear yourself"))
        self._link = link
        self._folder: Path | None = None
        self._waited, self._failed = 0, False
        self._sides: Sides | None = None
        self.trial: Trial | None = None
        self.record = button("")
        self.record.clicked.connect(self._begin)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 10 * SECONDS)
        self._progress.setFixedHeight(8)
        self._progress.setAccessibleName(tr("Recording…"))
        self.said = label(tone="muted", wrap=True)
        first = QHBoxLayout()
        first.setSpacing(theme.GAP * 2)
        first.addWidget(self.said, 1)
        first.addWidget(self.record)
        self.add(first, self._progress)
        self._result = self._build_result()
        self.add(self._result)
        live = SETTINGS["monitor"]
        self.live = Switch(tr(live.title))
        self.live.setAccessibleDescription(tr(live.help))
        self.live.clicked.connect(lambda on: link.set(monitor=on))
        self.delay = label(tone="muted")
        beside = QWidget()
        line = QHBoxLayout(beside)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.delay)
        line.addWidget(self.live)
        self.add(row(tr(live.title), beside, tr(live.help)))
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_it)
        link.changed.connect(self._refresh)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._sides is not None:
            self._sides.stop()
        if self._link.settings is not None and self._link.settings.monitor:
            self._link.set(monitor=False)  # nobody howls behind a closed window

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_result"):
            self._draw()

    def _build_result(self) -> QWidget:
        self.play = button("")
        self.play.clicked.connect(self._toggle)
        self.before, self.after = button(tr("Original")), button(tr("Enhanced"))
        self._group = QButtonGroup(self)
        self._pictures = Spectrogram(tr("Original")), Spectrogram(tr("Enhanced"))
        for number, side in enumerate((self.before, self.after)):
            side.setCheckable(True)
            self._group.addButton(side, number)
            self._pictures[number].sought.connect(self._seek)
        self.after.setChecked(True)
        self._group.idToggled.connect(self._switch)
        self._figures = label(), label()
        self.verdict = label(kind="heading", wrap=True)
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        for widget in (self.play, self.before, self.after):
            bar.addWidget(widget)
        bar.addStretch(1)
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        for number, name in enumerate((tr("Original"), tr("Enhanced"))):
            head = QHBoxLayout()
            head.addWidget(label(name, tone="muted"))
            head.addStretch(1)
            head.addWidget(self._figures[number])
            grid.addLayout(head, 2 * number, 0)
            grid.addWidget(self._pictures[number], 2 * number + 1, 0)
        result = QWidget()
        column = QVBoxLayout(result)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP + 4)
        column.addWidget(self.verdict)
        column.addLayout(grid)
        column.addLayout(bar)
        result.hide()
        return result

    @property
    def _recording(self) -> bool:
        return self._look.isActive()

    def _begin(self) -> None:
        if self._sides is not None:
            self._sides.stop()
        self._waited, self._failed, self._folder = 0, False, None
        self._look.start()
        self._link.try_out(self._on_folder)
        self._refresh()

    def _on_folder(self, folder: str) -> None:
        self._folder = Path(folder)

    def _look_for_it(self) -> None:
        self._waited += _LOOK_MS
        if self._folder is not None and (self._folder / RESULT).exists():
            self._look.stop()
            self._take(self._folder)
        elif self._waited > _PATIENCE_MS:
            self._look.stop()
            self._failed = True
        self._refresh()

    def _take(self, folder: Path) -> None:
        """Reads it and leaves nothing of it on the disk."""
        try:
            trial = Trial.model_validate_json((folder / RESULT).read_bytes())
            with wave.open(str(folder / SOUND), "rb") as file:
                samples = array("h", file.readframes(file.getnframes()))
        except (OSError, ValueError, EOFError, wave.Error) as error:
            log.info("the trial cannot be read: %s", error)
            return
        finally:
            for name in (RESULT, SOUND):
                (folder / name).unlink(missing_ok=True)
        if sys.byteorder == "big":
            samples.byteswap()
        # Here, because the libraries that play are large.
        from vcam_ui.desktop.sides import Sides

        if self._sides is not None:
            self._sides.deleteLater()
        self._sides = Sides((samples[0::2], samples[1::2]), self)
        self._sides.side = self._group.checkedId()
        self._sides.moved.connect(self._draw)
        self.play.setEnabled(Sides.possible())
        self._show(trial)
        self.recorded.emit(samples[0::2])

    def _show(self, trial: Trial) -> None:
        self.trial = trial
        for number, side in enumerate((trial.before, trial.after)):
            self._pictures[number].show_side(side)
            self._figures[number].setText(_figures(side))
        if trial.before.level is None:
            self.verdict.setText(tr("Nothing was heard: the microphone gave silence."))
        else:
            removed = round(trial.removed)
            self.verdict.setText(tr("Between your words: {db} dB less noise").format(db=removed))
        self._result.show()
        self._draw()

    def _toggle(self) -> None:
        if self._sides is not None:
            if self._sides.playing:
                self._sides.stop()
            else:
                self._sides.play()
        self._draw()

    def _switch(self, side: int, on: bool) -> None:
        if on and self._sides is not None:
            self._sides.side = side
        self._draw()

    def _seek(self, place: float) -> None:
        if self._sides is not None:
            self._sides.seek(place)

    def _draw(self) -> None:
        sides = self._sides
        playing = sides is not None and sides.playing
        name, text = ("pause", tr("Pause")) if playing else ("play", tr("Play"))
        self.play.setText(text)
        self.play.setIcon(icons.icon(name, theme.colors().text))
        for number, picture in enumerate(self._pictures):
            place = sides.place if sides is not None else 0.0
            picture.show_place(place, chosen=number == self._group.checkedId())

    def _refresh(self) -> None:
        settings, status = self._link.settings, self._link.status
        muted = bool(settings and status and in_effect(settings, status.held).mute)
        self.record.setText(
            tr("Recording…")
            if self._recording
            else tr("Record {seconds} seconds").format(seconds=SECONDS)
        )
        self.record.setEnabled(status is not None and not muted and not self._recording)
        self.live.setEnabled(settings is not None)
        self.live.setChecked(settings is not None and settings.monitor)
        late = status.audio.monitor_ms if status and self.live.isChecked() else 0.0
        self.delay.setText(tr("{ms} ms late").format(ms=round(late)) if late else "")
        self._progress.setVisible(self._recording)
        self._progress.setValue(round(10 * status.audio.trial) if status else 0)
        said = tr("Speak as in a call; then play it as it was and as others hear it.")
        if muted:
            said = tr("The microphone is muted; unmute it to try it out.")
        elif self._failed:
            said = tr("Nothing was recorded; is the microphone there? Please try again.")
        elif self._sides is not None and not self.play.isEnabled():
            said = tr("There is no loudspeaker or headphone to play it on.")
        self.said.setText(said)


def _figures(side: Side) -> str:
    if side.level is None:
        return tr("silence")
    figures = tr("voice {level} LUFS, pauses {noise} LUFS")
    return figures.format(level=_signed(side.level), noise=_signed(side.noise))


def _signed(level: float) -> str:
    return f"{level:.0f}".replace("-", "−")
