"""WebRTC's AEC3 as `vcam.audio.stages.echo` wants it, through the package pywebrtc-audio.

It finds the delay by itself, up to half a second, follows clocks that differ, and holds the rest of
the echo down where its filter does not reach; noise suppression and gain control stay off.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from vcam.audio.frames import RATE, Block
from vcam.schema.errors import VcamError


class EchoCanceller:
    """`late` is what its own blocks, overlaps and bands take at 48 kHz: 9 ms."""

    late = 430

    def __init__(self) -> None:
        import pywebrtc_audio

        self._canceller = pywebrtc_audio.EchoCanceller(RATE, 1)

    def process(self, near: Block, far: Block) -> Block:
        cleaned: Block = self._canceller.process(near, far)
        return cleaned


def canceller_opener() -> Callable[[], EchoCanceller] | None:
    """What opens them; None where no system tells what the loudspeakers play.

    Raises VcamError when the package is absent or broken.
    """
    if sys.platform != "linux":
        return None
    try:
        EchoCanceller()
    except Exception as error:  # a binary of others: whatever it is, calls go on without it
        raise VcamError("echo.no_canceller", error=error) from error
    return EchoCanceller
