"""A connection to the Linux sound server: PulseAudio, or PipeWire's pulse server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from pulsectl import Pulse


class ServerGone(VcamError):
    """No sound server answers."""


@contextmanager
def connected(patience: float | None = None) -> Iterator[Pulse]:
    """A connection to the server that is running; none is started for it.

    Raises ServerGone when none answers, within `patience` seconds if given, also half-way through.
    """
    try:
        import pulsectl
    except (ImportError, OSError) as error:
        raise ServerGone("server.no_library") from error
    pulse = pulsectl.Pulse("vcam", connect=False)
    try:
        pulse.connect(autospawn=False, timeout=patience)
        yield pulse
    except (pulsectl.PulseError, pulsectl.PulseDisconnected) as error:
        raise ServerGone("server.no_answer") from error
    finally:
        pulse.close()
