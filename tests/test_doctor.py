"""What the doctor says of a machine."""

import sys

import pytest

from vcam import devices, doctor
from vcam.devices import VirtualDevice


@pytest.mark.parametrize(("system", "said"), [("linux", False), ("win32", True), ("darwin", True)])
def test_where_nothing_tells_who_uses_a_device_it_is_said_to_stay_on(
    system: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = VirtualDevice(name="Enhanced Microphone", usable=True, detail="through cable")
    monkeypatch.setattr(devices, "virtual_microphone", lambda: found)
    monkeypatch.setattr(sys, "platform", system)
    look = doctor._virtual_microphone()
    assert look.state == "ok" and ("on while vcam runs" in look.detail) == said
