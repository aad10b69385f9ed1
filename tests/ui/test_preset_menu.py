"""The tray's menu of presets."""

from PySide6.QtWidgets import QMenu
from vcam_ui.link.link import DaemonLink
from vcam_ui.preset_menu import PresetMenu

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.schema.presets import SHIPPED, Presets


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


def test_what_is_set_now_is_kept_and_forgotten(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    parent = QMenu()
    menu = PresetMenu(link, parent)
    until(lambda: link.presets is not None and link.settings is not None)
    menu.save("At night")
    until(lambda: "At night" in daemon.presets.saved)
    until(lambda: "At night" in ticked(menu))
    menu.forget("At night")
    until(lambda: daemon.presets == Presets())
