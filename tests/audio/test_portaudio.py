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
from vcam.audio.capture.registry import open_microphone, resolve_microphone, resolve_speaker
from vcam.audio.frames import HOP
from vcam.audio.publish.cable import CablePublisher, CableSpeaker
from vcam.audio.publish.contract import PublishError
from vcam.audio.worker.source import SoundSource
from vcam.devices import microphones
from vcam.troubles import Troubles

CABLE, HEADSET, YETI, SPEAKERS = "CABLE Input (VB-Audio)", "Headset", "Yeti", "Speakers"
OURS = "CABLE Output (VB-Audio)"
PLAYED = "CABLE-A Output (VB-Audio)"
MAPPER = "Microsoft Sound Mapper"
BLOCK = np.zeros(HOP, np.float32)


class PortAudioError(Exception):
    pass


@dataclass
class Sound:
    """A machine's sound with the interface of `sounddevice`: what is `plugged` in is listed from
    the next start on, once for MME, whose mapper comes first, and once for WASAPI; nothing may be
    open then. The first device is the default one, but for the microphone `recorded` by default."""

    plugged: list[str] = field(default_factory=lambda: [SPEAKERS, HEADSET, CABLE])
    recorded: str = HEADSET
    busy: str = ""
    open: list[str] = field(default_factory=list)
    PortAudioError = PortAudioError
    WasapiSettings = SimpleNamespace

    def __post_init__(self) -> None:
        self._initialize()

    def _terminate(self) -> None:
        assert not self.open

    def _initialize(self) -> None:
        self._listed = [MAPPER, *self.plugged, *self.plugged]

    def query_devices(self, index: int | None = None, _kind: str = "") -> Any:
        devices = [
            {
                "name": name,
                "index": number,
                "hostapi": int(number > len(self._listed) // 2),
                "default_samplerate": 48_000.0,
                "max_input_channels": int(name in (MAPPER, HEADSET, YETI, OURS, PLAYED)),
                "max_output_channels": int(name not in (YETI, OURS, PLAYED)),
            }
            for number, name in enumerate(self._listed)
        ]
        return devices if index is None else devices[index]

    def query_hostapis(self, index: int | None = None) -> Any:
        first = len(self._listed) // 2 + 1
        names = self._listed[first:]
        recorded = first + names.index(self.recorded) if self.recorded in names else -1
        apis = [
            {"name": "MME", "default_input_device": 0, "default_output_device": 0},
            {
                "name": "Windows WASAPI",
                "default_input_device": recorded,
                "default_output_device": first,
            },
        ]
        return apis if index is None else apis[index]

    def OutputStream(self, device: int, extra_settings: Any, **_: Any) -> Stream:
        return self._stream(device, extra_settings)

    def InputStream(self, device: int, callback: Any, extra_settings: Any, **_: Any) -> Stream:
        when = SimpleNamespace(currentTime=0.0, inputBufferAdcTime=0.0)
        callback(BLOCK[:, None], HOP, when, SimpleNamespace(input_overflow=False))
        return self._stream(device, extra_settings)

    def _stream(self, device: int, extra_settings: Any) -> Stream:
        assert device > len(self._listed) // 2 and extra_settings.auto_convert
        return Stream(self, self._listed[device])


class Stream:
    latency = 0.075

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


def test_auto_records_a_real_microphone_where_the_system_records_the_cable(sound: Sound) -> None:
    sound.plugged, sound.recorded = [SPEAKERS, OURS, CABLE, YETI, HEADSET], OURS
    found = PortAudioMicrophone.present()
    assert found and [(one.label, one.default) for one in found] == [
        (YETI, False),
        (HEADSET, False),
    ]
    assert resolve_microphone("auto").label == YETI
    sound.recorded = HEADSET
    assert resolve_microphone("auto").label == HEADSET


def test_the_chosen_microphone_is_opened_whatever_number_it_has_by_now(sound: Sound) -> None:
    chosen = resolve_microphone(HEADSET)
    sound.plugged = [YETI, SPEAKERS, HEADSET, CABLE]
    headset = PortAudioMicrophone.open(chosen)
    assert sound.open == [HEADSET]
    headset.close()
    assert microphones()[1].choice == HEADSET
    sound.plugged = [YETI, SPEAKERS, CABLE]
    with pytest.raises(MicrophoneError, match="gone"):
        PortAudioMicrophone.open(chosen)


def test_the_speaker_is_recorded_from_the_second_cable(sound: Sound) -> None:
    sound.plugged = [SPEAKERS, HEADSET, OURS, CABLE, PLAYED]
    recorded = open_microphone(resolve_speaker())
    assert sound.open == [PLAYED]
    recorded.close()


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


def test_the_picture_waits_for_as_long_as_the_cable_takes(sound: Sound) -> None:
    cable = CablePublisher(nothing)
    cable.open()
    cable.wake()
    assert cable.delay == Stream.latency
    cable.close()


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
