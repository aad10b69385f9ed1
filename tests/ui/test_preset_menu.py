"""The tray's menu of presets."""

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QMessageBox
from vcam_ui.link.link import DaemonLink
from vcam_ui.preset_menu import PresetMenu

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.schema.presets import SHIPPED, Presets, Rule


def ticked(menu: PresetMenu) -> list[str]:
    return [a.data() for a in menu.menu.actions() if a.isChecked()]


def test_a_preset_is_one_click_and_the_one_in_force_is_ticked(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    parent = QMenu()
    menu = PresetMenu(link, parent)
    until(lambda: link.presets is not None)
    assert [a.data() for a in menu.menu.actions() if a.data()] == list(SHIPPED)
    until(lambda: ticked(menu) == ["Meeting"])
    next(a for a in menu.menu.actions() if a.data() == "Private").trigger()
    until(lambda: daemon.settings.background == SHIPPED["Private"]["background"])
    until(lambda: ticked(menu) == ["Private"])


def test_a_preset_is_forgotten_or_replaced_only_after_a_question(
    link: DaemonLink, daemon: ScriptedDaemon, app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"blur": 10}
    presets = (
        Presets().with_preset("Studio", values).with_rule(Rule(preset="Studio", program="obs"))
    )
    daemon.presets = presets
    parent = QMenu()
    menu = PresetMenu(link, parent)
    link.ask_presets()
    until(lambda: link.presets == presets)

    def asked() -> QMessageBox:
        question = app.activeModalWidget()
        assert isinstance(question, QMessageBox)
        return question

    def answer(text: str) -> None:
        next(one for one in asked().buttons() if one.text() == text).click()

    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Studio", True))
    keep = next(a for a in menu.menu.actions() if a.text().startswith("Keep"))
    keep.trigger()
    assert "Studio" in asked().text()
    answer("Cancel")
    assert daemon.presets == presets
    keep.trigger()
    answer("Replace")
    until(lambda: daemon.presets.saved["Studio"] != values)

    (forget,) = (a.menu() for a in menu.menu.actions() if a.text() == "Forget")
    assert isinstance(forget, QMenu)
    forget.actions()[0].trigger()
    assert "obs → Studio" in asked().text()
    answer("Forget")
    until(lambda: daemon.presets == Presets())


def test_what_is_set_now_is_kept_and_forgotten(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    parent = QMenu()
    menu = PresetMenu(link, parent)
    until(lambda: link.presets is not None and link.settings is not None)
    menu.save("At night")
    until(lambda: "At night" in daemon.presets.saved)
    until(lambda: "At night" in ticked(menu))
    menu.forget("At night")
    until(lambda: daemon.presets == Presets())
