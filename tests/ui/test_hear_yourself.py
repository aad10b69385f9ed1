"""Hear yourself: ten seconds before and after, seen, heard and gone from the disk."""

import wave
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.spectrogram import Spectrogram
from vcam_ui.windows.settings import hear_yourself
from vcam_ui.windows.settings.hear_yourself import HearYourself

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.audio.worker.trial import judged
from vcam.schema.trial import RESULT, SOUND


def make(folder: Path, noise: float, left: float) -> None:
    """What the sound's process leaves: a tone that stops half-way, in noise."""
    random = np.random.default_rng(0)
    tone = 0.1 * np.sin(2 * np.pi * 300 / 48_000 * np.arange(96_000))
    tone[48_000:] = 0
    before, after = ((tone + random.normal(0, level, 96_000)) for level in (noise, left))
    with wave.open(str(folder / SOUND), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        stereo = np.stack([before, after], axis=1)
        file.writeframes((stereo * 32767).astype("<i2").tobytes())
    figures = judged(before.astype(np.float32), after.astype(np.float32))
    (folder / RESULT).write_text(figures.model_dump_json())


def test_what_was_recorded_is_shown_and_leaves_nothing_behind(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    card = HearYourself(link)
    card.resize(700, 400)
    card.show()
    card.record.click()
    assert not card.record.isEnabled() and card.record.text() == "Recording…"
    make(daemon.trial_folder, 0.01, 0.001)
    until(lambda: card.trial is not None)
    assert card.verdict.text() == "Between your words: 20 dB less noise"
    assert card.record.isEnabled() and card.play.isVisible()
    assert not any((daemon.trial_folder / name).exists() for name in (RESULT, SOUND))
    picture = card.grab().toImage()
    card.before.click()
    QTest.qWait(20)
    assert card.grab().toImage() != picture  # the other side is marked


def test_its_icon_is_drawn_anew_when_the_desktop_turns_dark(
    app: QApplication, link: DaemonLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = HearYourself(link)
    card._draw()

    def brightest() -> int:
        image = card.play.icon().pixmap(24, 24).toImage()
        dots = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
        return max(dot.lightness() for dot in dots if dot.alpha() > 250)

    assert brightest() < 100
    monkeypatch.setattr(theme, "is_dark", lambda: True)
    QApplication.sendEvent(card, QEvent(QEvent.Type.PaletteChange))
    assert brightest() > 150


def test_the_place_is_moved_by_keys(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    card = HearYourself(link)
    card.show()
    card.record.click()
    make(daemon.trial_folder, 0.01, 0.001)
    until(lambda: card.trial is not None)
    before, after = card.findChildren(Spectrogram)
    assert before.focusPolicy() & Qt.FocusPolicy.TabFocus
    for _ in range(4):
        QTest.keyClick(before, Qt.Key.Key_Right)
    QTest.keyClick(after, Qt.Key.Key_Left)
    assert before.value() == after.value() == 3 * before.singleStep()
    QTest.keyClick(before, Qt.Key.Key_Home)
    assert before.value() == after.value() == 0


def test_live_it_says_how_late_one_hears_oneself_and_ends_with_the_page(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    card = HearYourself(link)
    card.show()
    card.live.click()
    until(lambda: daemon.settings.monitor)
    audio = daemon.status.audio.model_copy(update={"monitor_ms": 61.4})
    daemon.status = daemon.status.model_copy(update={"audio": audio})
    until(lambda: card.delay.text() == "61 ms late")
    card.hide()
    until(lambda: not daemon.settings.monitor)


def test_muted_or_without_a_microphone_it_says_so(
    link: DaemonLink, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hear_yourself, "_PATIENCE_MS", 200)
    card = HearYourself(link)
    card.record.click()
    until(lambda: card.said.text().startswith("Nothing was recorded"))
    assert card.record.isEnabled()
    daemon.command_line(away=True)
    until(lambda: not card.record.isEnabled())
    assert "muted" in card.said.text()
