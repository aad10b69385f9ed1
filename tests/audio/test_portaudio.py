"""Microphones and virtual cables through PortAudio, whose numbers change with the devices."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vcam.audio import portaudio
from vcam.audio.capture.contract import MicrophoneChoice, MicrophoneError
from vcam.audio.capture.portaudio import PortAudioMicrophone
from vcam.audio.frames import HOP
from vcam.audio.publish.cable import CablePublisher, CableSpeaker
from vcam.audio.publish.contract import PublishError
from vcam.audio.worker.source import SoundSource
from vcam.troubles import Troubles

CABLE, HEADSET, YETI, SPEAKERS = "CABLE Input (VB-Audio)", "Headset", "Yeti", "Speakers"
BLOCK = np.zeros(HOP, np.float32)


class PortAudioError(Exception):
    pass


@dataclass
class Sound:
    """A machine's sound with the interface of `sounddevice`: what is `plugged` in is listed from
    the next start on, and nothing may be open then. The first device is the default one."""

    plugged: list[str] = field(default_factory=lambda: [SPEAKERS, HEADSET, CABLE])
    busy: str = ""
    open: list[str] = field(default_factory=list)
    PortAudioError = PortAudioError
    default = SimpleNamespace(device=(0, 0))

    def __post_init__(self) -> None:
        self._initialize()

    def _terminate(self) -> None:
        assert not self.open

    def _initialize(self) -> None:
        self._listed = list(self.plugged)

    def query_devices(self, index: int | None = None, _kind: str = "") -> Any:
        devices = [
            {
                "name": name,
                "default_samplerate": 48_000.0,
                "max_input_channels": int(name in (HEADSET, YETI)),
                "max_output_channels": 1,
            }
            for name in self._listed
        ]
        return devices if index is None else devices[index]

    def OutputStream(self, device: int, **_: Any) -> Stream:
        return Stream(self, self._listed[device])

    def InputStream(self, device: int, callback: Any, **_: Any) -> Stream:
        when = SimpleNamespace(currentTime=0.0, inputBufferAdcTime=0.0)
        callback(BLOCK[:, None], HOP, when, SimpleNamespace(input_overflow=False))
        return Stream(self, self._listed[device])


class Stream:
    def __init__(self, sound: Sound, device: str) -> None:
        self._sound, self._device = sound, device
        self.active = True
        sound.open.append(device)

    def start(self) -> None:
        if self._device == self._sound.busy:
            raise PortAudioError("Device unavailable")

    def close(self, ignore_errors: bool) -> None:
        if self in portaudio._open:
            raise AssertionError("it counts as open still")
        if self.active:
            self._sound.open.remove(self._device)
        self.active = False


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Sound:
    here = Sound()
    monkeypatch.setitem(sys.modules, "sounddevice", here)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(portaudio, "_open", [])
    return here


def nothing() -> None:
    return


def microphone() -> PortAudioMicrophone:
    """The headset, wherever it is in the list by now."""
    found = PortAudioMicrophone.present()
    assert found is not None
    (info,) = found
    return PortAudioMicrophone.open(MicrophoneChoice("portaudio", info.name, info.label))


@pytest.mark.parametrize("left", [[SPEAKERS, CABLE], [CABLE, SPEAKERS], [CABLE]])
def test_the_voice_goes_into_the_cable_whatever_number_it_has_by_now(
    sound: Sound, left: list[str]
) -> None:
    cable = CablePublisher(nothing)
    cable.open()
    headset = microphone()
    cable.send(BLOCK)
    assert sorted(sound.open) == [CABLE, HEADSET]
    sound.plugged = left
    headset.close()
    cable.rest()
    assert PortAudioMicrophone.present() == []
    cable.wake()
    assert sound.open == [CABLE]
    cable.close()


def test_a_cable_that_is_gone_is_said_and_played_into_when_it_is_back(sound: Sound) -> None:
    cable = CablePublisher(nothing)
    cable.open()
    sound.plugged = [SPEAKERS]
    with pytest.raises(PublishError):
        cable.send(BLOCK)
    sound.plugged = [SPEAKERS, HEADSET, CABLE]
    cable.send(BLOCK)
    assert sound.open == [CABLE]


def test_the_speaker_follows_the_default_output_and_never_plays_into_a_cable(sound: Sound) -> None:
    speaker = CableSpeaker(nothing)
    speaker.open()
    sound.plugged = [HEADSET, SPEAKERS, CABLE]
    speaker.wake()
    assert (sound.open, speaker.name) == ([HEADSET], HEADSET)
    speaker.rest()
    sound.plugged = [CABLE, SPEAKERS]
    with pytest.raises(PublishError):
        speaker.wake()


def test_a_device_in_use_does_not_keep_the_list_from_being_renewed(sound: Sound) -> None:
    sound.busy = HEADSET
    with pytest.raises(MicrophoneError, match="Device unavailable"):
        microphone()
    sound.busy = CABLE
    cable = CablePublisher(nothing)
    cable.open()
    with pytest.raises(PublishError, match="Device unavailable"):
        cable.wake()
    sound.busy, sound.plugged = "", [CABLE, HEADSET]
    headset = microphone()
    cable.wake()
    assert sorted(sound.open) == [CABLE, HEADSET]
    headset.close()
    headset.close()
    cable.close()
    assert sound.open == []


def test_a_microphone_that_was_plugged_in_just_now_can_be_chosen(sound: Sound) -> None:
    cable, troubles = CablePublisher(nothing), Troubles()
    cable.open()
    source = SoundSource(troubles, lambda: None, cable.wake)
    assert source.read("auto", demo=False) and source.label == HEADSET
    sound.plugged = [YETI, SPEAKERS, HEADSET, CABLE]
    assert source.read("Yeti", demo=False) is None
    cable.rest()  # as the loop does while there is no sound
    assert source.read("Yeti", demo=False) and source.label == YETI
    assert sorted(sound.open) == [CABLE, YETI] and troubles.reasons() == []
    source.close()
    cable.close()
