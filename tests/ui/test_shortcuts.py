"""Keys that work in every program: chosen, kept, pressed."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, HeaderFields, Message, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.contract import Combination
from vcam_ui.hotkeys.portal import PortalHotkeys
from vcam_ui.hotkeys.registry import open_hotkeys
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.tray import Tray
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.settings.shortcuts_card import ShortcutsCard

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import Keys, until
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets, PresetsChange

# A bus that starts no services: the machine may have a real portal.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def test_combinations_leave_the_keys_for_writing_alone(app: QApplication) -> None:
    found = Combination.parse("Ctrl+Alt+B")
    assert found == Combination("B", ctrl=True, alt=True)
    assert Combination.parse("F9") == Combination("F9")
    for unfit in ("B", "Shift+B", "Ctrl+Space", "", "Ctrl+A, Ctrl+B"):
        with pytest.raises(VcamError):
            Combination.parse(unfit)
    assert open_hotkeys() is None  # the offscreen platform has no keyboard


def test_chosen_keys_are_kept_and_turn_their_setting(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    keys = Keys()
    card = ShortcutsCard(link, Shortcuts(link, Preferences(tmp_path / "w.ini"), keys))
    QTest.keyClick(card.editors["bypass"], Qt.Key.Key_B, HELD)
    assert keys.given == {"bypass": "Ctrl+Alt+B"} and card.notice.text() == ""
    assert card.editors["bypass"].accessibleDescription() == "Ctrl+Alt+B"
    keys.pressed.emit("bypass")
    until(lambda: daemon.settings.bypass)
    keys.pressed.emit("bypass")
    until(lambda: not daemon.settings.bypass)
    QTest.keyClick(card.editors["mute"], Qt.Key.Key_M, HELD)
    keys.pressed.emit("mute")
    until(lambda: daemon.settings.mute)

    QTest.keyClick(card.editors["pause"], Qt.Key.Key_X, HELD)
    assert card.notice.text() == "Another program has Ctrl+Alt+X; choose other keys."
    QTest.keyClick(card.editors["record"], Qt.Key.Key_K)
    assert card.notice.text().startswith("Use Ctrl, Alt or Meta")

    again = Keys()
    shortcuts = Shortcuts(link, Preferences(tmp_path / "w.ini"), again)
    assert again.given == {"bypass": "Ctrl+Alt+B", "mute": "Ctrl+Alt+M"}
    shortcuts.choose("bypass", "")
    shortcuts.choose("mute", "")
    assert again.given == {} and shortcuts.chosen("bypass") == ""


def test_keys_that_are_refused_cost_none_and_those_chosen_can_be_cleared(
    link: DaemonLink, tmp_path: Path
) -> None:
    keys = Keys()
    card = ShortcutsCard(link, Shortcuts(link, Preferences(tmp_path / "w.ini"), keys))
    card.show()
    mute, pause = card.editors["mute"], card.editors["pause"]
    QTest.keyClick(mute, Qt.Key.Key_M, HELD)
    for key, held, why in (
        (Qt.Key.Key_K, Qt.KeyboardModifier.NoModifier, "Use Ctrl, Alt or Meta"),
        (Qt.Key.Key_Space, HELD, "Use Ctrl, Alt or Meta"),
    ):
        QTest.keyClick(mute, key, held)
        assert card.notice.text().startswith(why)
        assert mute.keySequence().toString() == "Ctrl+Alt+M"
        assert keys.given == {"mute": "Ctrl+Alt+M"}
    QTest.keyClick(pause, Qt.Key.Key_M, HELD)
    assert card.notice.text() == (
        "Ctrl+Alt+M has a use already: Mute the microphone, and on again. Choose other keys."
    )
    assert pause.keySequence().isEmpty() and keys.given == {"mute": "Ctrl+Alt+M"}
    QTest.keyClick(mute, Qt.Key.Key_Backspace)
    assert keys.given == {} and mute.keySequence().isEmpty()
    QTest.keyClick(mute, Qt.Key.Key_M, HELD)
    assert keys.given == {"mute": "Ctrl+Alt+M"}
    QTest.mouseClick(mute.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert keys.given == {} and mute.keySequence().isEmpty()


def test_a_preset_has_a_key_as_long_as_it_is_kept(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    keys = Keys()
    daemon.presets = Presets().with_preset("Mine", {"blur": 7})
    link.ask_presets()
    card = ShortcutsCard(link, Shortcuts(link, Preferences(tmp_path / "w.ini"), keys))
    until(lambda: "preset:Mine" in card.editors)
    QTest.keyClick(card.editors["preset:Mine"], Qt.Key.Key_1, HELD)
    assert keys.given == {"preset:Mine": "Ctrl+Alt+1"}
    keys.pressed.emit("preset:Mine")
    until(lambda: daemon.settings.blur == 7)
    link.change_presets(PresetsChange(forget=("Mine",)))
    until(lambda: "preset:Mine" not in card.editors and "preset:Meeting" in card.editors)
    assert keys.given == {}


def test_a_key_that_is_held_counts_until_it_is_released(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    keys = Keys()
    shortcuts = Shortcuts(link, Preferences(tmp_path / "w.ini"), keys)
    shortcuts.choose("talk", "F9")
    shortcuts.choose("cough", "F10")
    tray = Tray(link, EnhanceRunner())
    daemon.command_line(mute=True)
    until(lambda: tray.headline.text() == "Microphone muted")
    keys.pressed.emit("talk")
    until(lambda: tray.headline.text() == "Ready")
    times = daemon.count("hold")
    until(lambda: daemon.count("hold") > times)  # said again, for the daemon lets it go by itself
    keys.pressed.emit("cough")
    until(lambda: tray.headline.text() == "Microphone muted")
    keys.released.emit("cough")
    until(lambda: tray.headline.text() == "Ready")
    keys.released.emit("talk")
    until(lambda: tray.headline.text() == "Microphone muted")
    assert daemon.settings.mute and tray.mute.isChecked()
    keys.pressed.emit("talk")
    until(lambda: daemon.status.held == "talk")
    shortcuts.choose("talk", "F8")  # whose release nobody tells any more
    until(lambda: daemon.status.held is None)


def test_where_no_keys_are_given_there_are_commands(link: DaemonLink, tmp_path: Path) -> None:
    card = ShortcutsCard(link, Shortcuts(link, Preferences(tmp_path / "w.ini"), None))
    texts = [child.text() for child in card.findChildren(QLabel)]
    assert "vcam set bypass=toggle" in texts and not card.editors
    until(
        lambda: "vcam preset use 'Low power'" in [one.text() for one in card.findChildren(QLabel)]
    )


class Portal(threading.Thread):
    """A stand-in for the desktop's portal, on a bus of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ready = threading.Event()
        self.shortcuts: list[tuple[str, dict[str, object]]] = []
        self.refuses = False

    def run(self) -> None:
        with open_dbus_connection() as self.bus:
            name = message_bus.RequestName("org.freedesktop.portal.Desktop")
            self.bus.send_and_get_reply(name)
            self.ready.set()
            while True:
                try:
                    self._answer(self.bus.receive())
                except (OSError, EOFError):
                    return

    def tell(self, member: str, name: str) -> None:
        self._signal("GlobalShortcuts", member, "osta{sv}", ("/session/1", name, 0, {}))

    def _answer(self, call: Message) -> None:
        match call.header.fields.get(HeaderFields.member):
            case "Get":
                self.bus.send(new_method_return(call, "v", (("u", 1),)))
            case "CreateSession":
                self.bus.send(new_method_return(call, "o", ("/request/1",)))
                session = {"session_handle": ("s", "/session/1")}
                self._signal("Request", "Response", "ua{sv}", (0, session), "/request/1")
            case "BindShortcuts":
                self.bus.send(new_method_return(call, "o", ("/request/2",)))
                answer: tuple[object, ...] = (int(self.refuses), {})
                self._signal("Request", "Response", "ua{sv}", answer, "/request/2")
                self.shortcuts = call.body[1]

    def _signal(
        self,
        interface: str,
        member: str,
        signature: str,
        body: tuple[object, ...],
        path: str = "/org/freedesktop/portal/desktop",
    ) -> None:
        emitter = DBusAddress(path, interface=f"org.freedesktop.portal.{interface}")
        self.bus.send(new_signal(emitter, member, signature, body))


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon")
    config = tmp_path / "bus.conf"
    config.write_text(BUS)
    words = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", process.stdout.readline().strip())
    yield
    process.kill()
    process.wait()


def listening() -> int:
    return sum(thread.name == "hotkeys" for thread in threading.enumerate())


@pytest.mark.long
def test_the_portal_is_asked_and_heard(app: QApplication, bus: None) -> None:
    with pytest.raises(OSError, match="no portal"):
        PortalHotkeys()
    portal = Portal()
    portal.start()
    portal.ready.wait(10)
    keys = PortalHotkeys()
    heard: list[str] = []
    keys.pressed.connect(lambda name: heard.append(f"{name} down"))
    keys.released.connect(lambda name: heard.append(f"{name} up"))
    keys.grab({"bypass": Combination("B", ctrl=True, alt=True)})
    until(lambda: bool(portal.shortcuts))
    (name, told), *others = portal.shortcuts
    assert name == "bypass" and told["preferred_trigger"] == ("s", "CTRL+ALT+b") and not others
    for member in ("Activated", "Activated", "Deactivated", "Activated"):
        portal.tell(member, "bypass")
    until(lambda: heard == ["bypass down", "bypass up", "bypass down"])
    keys.close()


def test_after_a_refusal_of_the_portal_other_keys_can_be_chosen(
    app: QApplication, bus: None
) -> None:
    portal = Portal()
    portal.start()
    portal.ready.wait(10)
    keys = PortalHotkeys()
    told: list[str] = []
    keys.refused.connect(told.append)
    portal.refuses = True
    keys.grab({"bypass": Combination("B", ctrl=True, alt=True)})
    until(lambda: told == ["The desktop gives no global keys."] and not listening())
    portal.refuses = False
    keys.grab({"mute": Combination("M", ctrl=True, alt=True)})
    until(lambda: [name for name, _ in portal.shortcuts] == ["mute"])
    keys.close()
    until(lambda: not listening())


def test_keys_that_are_changed_at_once_are_given_back(app: QApplication, bus: None) -> None:
    portal = Portal()
    portal.start()
    portal.ready.wait(10)
    keys = PortalHotkeys()
    for name in ("bypass", "pause", "mute"):
        keys.grab({name: Combination("B", ctrl=True, alt=True)})
    until(lambda: listening() == 1 and [name for name, _ in portal.shortcuts] == ["mute"])
    keys.close()
    until(lambda: not listening())
