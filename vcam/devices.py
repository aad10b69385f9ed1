"""The cameras, microphones and virtual devices of this machine, asked anew each time."""

from __future__ import annotations

import sys

from pydantic import BaseModel

from vcam.names import CAMERA_NAME, MICROPHONE_NAME
from vcam.schema.reasons import Reason


class Device(BaseModel):
    """A real device. `choice` is what `--camera`, `--microphone` and `vcam set` take."""

    choice: str
    name: str
    default: bool = False


class VirtualDevice(BaseModel):
    """What other programs see, or would see while vcam runs; `reason` says why they do not."""

    name: str
    usable: bool
    detail: str
    reason: Reason | None = None


class Devices(BaseModel):
    cameras: list[Device]
    microphones: list[Device]
    virtual: list[VirtualDevice]


def list_devices() -> Devices:
    """Everything there is at this moment."""
    return Devices(
        cameras=cameras(),
        microphones=microphones(),
        virtual=[virtual_camera(), virtual_microphone()],
    )


def cameras() -> list[Device]:
    """The real cameras, the one that `auto` takes first."""
    from vcam.video.capture.registry import choices, list_cameras

    real = sorted((info for info in list_cameras() if not info.own), key=lambda info: info.virtual)
    return [
        Device(choice=choice, name=name, default=i == 0 and not real[i].virtual)
        for i, (choice, name) in enumerate(choices(real))
    ]


def microphones() -> list[Device]:
    """The real microphones."""
    from vcam.audio.capture.registry import list_microphones

    return [
        Device(choice=info.name, name=info.label, default=info.default)
        for info in list_microphones()
    ]


def sound_server() -> str | None:
    """The Linux sound server's name for itself, or None when none answers."""
    from vcam.audio.linux.connection import ServerGone
    from vcam.audio.linux.server_view import server_view

    try:
        return server_view().server
    except ServerGone:
        return None


def virtual_camera() -> VirtualDevice:
    """The Enhanced Camera of this platform: the kind that most apps see."""
    from vcam.video.publish.registry import PLATFORMS, no_kind, publisher_class

    why = None
    for kind in PLATFORMS.get(sys.platform, ()):
        obstacle = publisher_class(kind).obstacle()
        if obstacle is None:
            return VirtualDevice(name=CAMERA_NAME, usable=True, detail=f"through {kind}")
        why = why or obstacle
    why = why or no_kind()
    return VirtualDevice(name=CAMERA_NAME, usable=False, detail=str(why), reason=why)


def virtual_microphone() -> VirtualDevice:
    """The Enhanced Microphone of this platform."""
    from vcam.audio.publish.registry import PLATFORMS, no_kind, publisher_class

    why = None
    for kind in PLATFORMS.get(sys.platform, ()):
        obstacle = publisher_class(kind).obstacle()
        if obstacle is None:
            return VirtualDevice(name=MICROPHONE_NAME, usable=True, detail=f"through {kind}")
        why = why or obstacle
    why = why or no_kind()
    return VirtualDevice(name=MICROPHONE_NAME, usable=False, detail=str(why), reason=why)
