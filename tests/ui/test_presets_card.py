"""The rules by which presets come into force, in the settings window."""

from PySide6.QtWidgets import QPushButton
from vcam_ui.link.link import DaemonLink
from vcam_ui.windows.settings.presets_card import PresetsCard

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.schema.presets import Rule


def test_a_rule_is_added_and_taken_away(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    card = PresetsCard(link)
    until(lambda: card.preset.count() > 0)
    card.preset.setCurrentIndex(card.preset.findData("Podcast"))
    card.program.setText("obs")
    card.between.setText("8:00-18:00")
    card.battery.click()
    card.add_rule.click()
    rule = Rule(preset="Podcast", program="obs", between="8:00-18:00", battery=True)
    until(lambda: daemon.presets.rules == (rule,))
    assert (
        card.program.text() == ""
        and not card.battery.isChecked()
        and card.preset.currentData() == "Podcast"
    )

    def removing() -> list[QPushButton]:
        return [b for b in card.findChildren(QPushButton) if "obs" in b.accessibleName()]

    until(lambda: bool(removing()))
    removing()[-1].click()
    until(lambda: daemon.presets.rules == ())


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
