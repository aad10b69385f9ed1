"""Takes away what a worker left on the sound server, where no other one will adopt it.

The daemon starts it in a process of its own, as it does a worker.
"""

from __future__ import annotations

import sys

from vcam.audio.linux import our_devices
from vcam.audio.linux.connection import connected
from vcam.audio.linux.our_devices import MICROPHONE, SPEAKER, OurDevice
from vcam.daemon.protocol import Link, SoundStart


def microphone(_link: Link, _start: SoundStart) -> None:
    """Takes the Enhanced Microphone away. Raises ServerGone where no sound server answers."""
    _remove(MICROPHONE)


def speaker(_link: Link, _start: SoundStart) -> None:
    """As `microphone`, for the Enhanced Speaker."""
    _remove(SPEAKER)


def _remove(device: OurDevice) -> None:
    if sys.platform == "linux":  # virtual cables stay installed
        with connected() as pulse:
            our_devices.remove(pulse, device)
