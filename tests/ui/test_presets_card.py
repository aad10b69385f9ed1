"""The rules by which presets come into force, in the settings window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from vcam_ui.link.link import DaemonLink
from vcam_ui.windows.settings.presets_card import PresetsCard

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import tab_order, until
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets, Rule


def test_a_rule_is_added_and_taken_away(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    card = PresetsCard(link)
    until(lambda: card.preset.count() > 0)
    card.preset.setCurrentIndex(card.preset.findData("Podcast"))
    card.program.setText("obs & co")
    card.between.setText("8:00-18:00")
    card.battery.click()
    card.add_rule.click()
    rule = Rule(preset="Podcast", program="obs & co", between="8:00-18:00", battery=True)
    until(lambda: daemon.presets.rules == (rule,) and card.program.text() == "")
    assert not card.battery.isChecked() and card.preset.currentData() == "Podcast"

    def removing() -> list[QPushButton]:
        return [b for b in card.findChildren(QPushButton) if "obs" in b.accessibleName()]

    until(lambda: bool(removing()))
    assert "obs && co, 8:00-18:00, on battery → Podcast" in (
        one.text() for one in card.findChildren(QLabel)
    )
    removing()[-1].click()
    until(lambda: daemon.presets.rules == ())


def test_tab_and_focus_go_through_the_rules_as_they_are_seen(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    daemon.presets = daemon.presets.with_rule(Rule(preset="Meeting", program="a"))
    daemon.presets = daemon.presets.with_rule(Rule(preset="Meeting", program="b"))
    window, before = QWidget(), QPushButton("before")
    card = PresetsCard(link)
    column = QVBoxLayout(window)
    column.addWidget(before)
    column.addWidget(card)
    window.show()

    def names() -> list[str]:
        return [one.accessibleName() for one in tab_order(window)[1:-1]]

    rest = [one.accessibleName() for one in (card.preset, card.program, card.microphone)]
    rest += [card.between.accessibleName(), card.battery.accessibleName()]
    until(lambda: names() == ["Remove a → Meeting", "Remove b → Meeting", *rest])

    def take_the_first_away() -> None:
        remove = tab_order(window)[1]
        remove.setFocus()
        QTest.keyClick(remove, Qt.Key.Key_Space)

    take_the_first_away()
    until(lambda: names() == ["Remove b → Meeting", *rest])
    assert window.focusWidget() is tab_order(window)[1]
    take_the_first_away()
    until(lambda: names() == rest)
    assert window.focusWidget() is card.preset


def test_what_was_saved_elsewhere_while_the_rules_were_shown_stays(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    card = PresetsCard(link)
    until(lambda: card.preset.count() > 0)
    there = Presets().with_preset("Travel", {"blur": 7})
    daemon.presets = there
    card.program.setText("obs")
    card.add_rule.click()
    rule = Rule(preset=card.preset.currentData(), program="obs")
    until(lambda: daemon.presets == there.with_rule(rule))
    until(lambda: card.preset.findData("Travel") >= 0)
    daemon.presets = there
    card.show()
    until(lambda: link.presets == there)


def test_an_unfit_rule_is_refused_with_what_was_typed_left_there(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    card = PresetsCard(link)
    until(lambda: card.preset.count() > 0)
    card.add_rule.click()
    assert not card.notice.isHidden()
    card.between.setText("25:00-7")
    card.add_rule.click()
    assert not card.notice.isHidden() and card.between.text() == "25:00-7"
    assert daemon.presets.rules == ()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise VcamError("presets.not_saved", path="presets.json", error="No space left")

    monkeypatch.setattr(ScriptedDaemon, "_change_presets", refuse)


def test_a_rule_that_the_daemon_refuses_stays_typed(full_disk: None, link: DaemonLink) -> None:
    card = PresetsCard(link)
    until(lambda: card.preset.count() > 0)
    said: list[str] = []
    link.said.connect(said.append)
    card.program.setText("obs")
    card.add_rule.click()
    until(lambda: bool(said))
    assert card.program.text() == "obs"
