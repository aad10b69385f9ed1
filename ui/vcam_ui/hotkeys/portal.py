"""Global keys on Wayland: the desktop's portal (org.freedesktop.portal.GlobalShortcuts).

The desktop shows what is wanted and lets the person decide on the keys.
"""

from __future__ import annotations

import itertools
import os
import threading
from contextlib import suppress
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from vcam_ui.hotkeys.contract import Combination, Hotkeys, says
from vcam_ui.words.language import tr

_BUS = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_PORTAL = DBusAddress(_PATH, bus_name=_BUS, interface=_INTERFACE)
_PATIENCE = 1.5  # seconds
_tokens = itertools.count(1)


class PortalHotkeys(Hotkeys):
    """Listens in a thread of its own. Raises OSError where there is no portal with such keys."""

    def __init__(self) -> None:
        super().__init__()
        self._session: _Session | None = None
        found = threading.Event()
        # Aside, for a bus that does not answer must not hold up the windows.
        threading.Thread(target=_look, args=(found,), daemon=True).start()
        if not found.wait(_PATIENCE):
            raise OSError("no portal for global shortcuts")

    def grab(self, wanted: dict[str, Combination]) -> None:
        before, self._session = self._session, None
        if before is not None:
            before.end()
        if wanted:
            self._session = _Session(self, wanted)
            self._session.start()


class _Session(threading.Thread):
    """From the wish to the keys' last press."""

    def __init__(self, hotkeys: Hotkeys, wanted: dict[str, Combination]) -> None:
        super().__init__(name="hotkeys", daemon=True)
        self._hotkeys, self._wanted = hotkeys, wanted
        self._bus: DBusConnection | None = None
        self._ended = False

    def end(self) -> None:
        """The portal takes the keys back when the connection goes."""
        self._ended = True
        if self._bus is not None:
            with suppress(OSError):  # the portal refused, and the thread has closed it
                self._bus.sock.shutdown(2)

    def run(self) -> None:
        try:
            with open_dbus_connection() as bus:
                self._bus = bus
                if not self._ended:  # in the meantime, when there was nothing to shut down yet
                    self._listen(bus)
        except (OSError, KeyError, ValueError, DBusErrorResponse):
            if not self._ended:
                self._hotkeys.refused.emit(tr("The desktop gives no global keys."))

    def _listen(self, bus: DBusConnection) -> None:
        for interface in (_REQUEST, _INTERFACE):
            rule = MatchRule(type="signal", interface=interface)
            bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=5)
        token = _token()
        options = {"handle_token": ("s", _token()), "session_handle_token": ("s", token)}
        created = _asked(bus, "CreateSession", "a{sv}", (options,))
        session = created["session_handle"][1]
        shortcuts = [
            (name, {"description": ("s", says(name)), "preferred_trigger": ("s", _trigger(keys))})
            for name, keys in self._wanted.items()
        ]
        _asked(
            bus,
            "BindShortcuts",
            "oa(sa{sv})sa{sv}",
            (session, shortcuts, "", {"handle_token": ("s", _token())}),
        )
        down: set[str] = set()  # some desktops say again that a key is held
        while True:
            message = bus.receive()
            member = message.header.fields.get(HeaderFields.member)
            if member not in ("Activated", "Deactivated") or message.body[0] != session:
                continue
            name = message.body[1]
            if member == "Deactivated":
                down.discard(name)
                self._hotkeys.released.emit(name)
            elif name not in down:
                down.add(name)
                self._hotkeys.pressed.emit(name)


def _asked(bus: DBusConnection, method: str, signature: str, body: tuple[Any, ...]) -> Any:
    """The results of a request, which come as a signal. Raises OSError when it is refused."""
    with bus.filter(MatchRule(type="signal", interface=_REQUEST), bufsize=16) as responses:
        reply = bus.send_and_get_reply(new_method_call(_PORTAL, method, signature, body))
        (handle,) = unwrap_msg(reply)
        while True:
            message = bus.recv_until_filtered(responses)
            if message.header.fields.get(HeaderFields.path) == handle:
                code, results = message.body
                if code != 0:
                    raise OSError(f"{method} was refused")
                return results


def _look(found: threading.Event) -> None:
    with suppress(OSError, KeyError, ValueError, DBusErrorResponse):
        with open_dbus_connection() as bus:
            _version(bus)
        found.set()


def _version(bus: DBusConnection) -> int:
    properties = DBusAddress(_PATH, bus_name=_BUS, interface="org.freedesktop.DBus.Properties")
    call = new_method_call(properties, "Get", "ss", (_INTERFACE, "version"))
    ((_, version),) = unwrap_msg(bus.send_and_get_reply(call, timeout=5))
    return int(version)


def _token() -> str:
    return f"vcam_{os.getpid()}_{next(_tokens)}"


def _trigger(keys: Combination) -> str:
    """As the shortcuts specification of freedesktop.org writes it."""
    names = ("CTRL", "ALT", "SHIFT", "LOGO")
    held = (keys.ctrl, keys.alt, keys.shift, keys.meta)
    key = keys.key.lower() if len(keys.key) == 1 else keys.key
    return "+".join([name for name, on in zip(names, held, strict=True) if on] + [key])
