"""The Enhanced Microphone: where the enhanced sound goes so that other programs can record it."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.linux import pulse_server
from vcam.audio.publish.filling import PERIOD, Filling, joined, paced
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from pasimple import PaSimple

# The server starts to play with two blocks in its buffer. It has room for more, so that a write
# does not wait and the microphone alone sets the pace.
_PREBUFFER = 2
_ROOM = 4


class PublishError(VcamError):
    """The virtual microphone does not take sound now; try again."""


class Publisher(ABC):
    """A virtual microphone.

    `label` is the name apps show. `delay` is how long sound takes from `write` to the reader, in
    seconds. `xruns` counts the gaps a reader heard.
    """

    label: str
    delay: float = 0.0
    xruns: int = 0

    @property
    @abstractmethod
    def problem(self) -> str | None:
        """Why there is no virtual microphone now and what to do about it; None when there is."""

    @property
    @abstractmethod
    def readers(self) -> tuple[str, ...] | None:
        """The applications that record from it now; None where the system does not tell."""

    @property
    def server(self) -> pulse_server.ServerView | None:
        """The sound server at this moment, where there is one."""
        return None

    @property
    def lost(self) -> bool:
        """True when the virtual microphone was there and is away for now."""
        return False

    @abstractmethod
    def start(self) -> None:
        """Gets ready, so that the first `write` need not wait. Raises PublishError."""

    @abstractmethod
    def write(self, block: Block) -> None:
        """Plays one block. Raises PublishError when the device is gone."""

    @abstractmethod
    def rest(self) -> None:
        """Stops playing; the device stays, and `start` plays again. Never raises."""

    @abstractmethod
    def close(self, *, remove: bool) -> None:
        """Stops, and removes the device if wanted. Never raises."""


class PulsePublisher(Publisher):
    """A null sink and a remap of its monitor on PulseAudio or PipeWire.

    The devices are made as soon as a server answers, again after it restarts, and adopted when a
    crash left them behind.
    """

    label = pulse_server.LABEL

    def __init__(self, changed: Callable[[], None]) -> None:
        self._stream: PaSimple | None = None
        self._filling = Filling()
        self._last = np.float32(0)
        self._held: Block | None = None
        self._watch = pulse_server.ServerWatch(changed)
        self._watch.start()

    @property
    def problem(self) -> str | None:
        if self._watch.view is not None:
            return None
        return (
            f"There is no {self.label} because {self._watch.why}; start one: "
            "systemctl --user start pipewire-pulse, or pulseaudio --start."
        )

    @property
    def readers(self) -> tuple[str, ...] | None:
        view = self._watch.view
        return view.readers if view else ()

    @property
    def server(self) -> pulse_server.ServerView | None:
        return self._watch.view

    @property
    def lost(self) -> bool:
        return self._watch.view is None and self._watch.ever

    def start(self) -> None:
        from pasimple import PaSimpleError

        if self._watch.view is None or self._stream is not None:
            return
        try:
            self._stream = _open_playback()
        except PaSimpleError as error:
            raise PublishError("The sound server does not take our sound.") from error

    def write(self, block: Block) -> None:
        from pasimple import PaSimpleError

        view = self._watch.view
        if view is None:
            self.rest()
            return
        if view.played not in (None, pulse_server.SINK):
            self.rest()
            raise PublishError(f"The sound server moved our sound to {view.played}.")
        excess, remedy = self._filling.excess, self._filling.remedy
        if excess and self._held is None:
            self._held = block
            return
        if self._held is not None:
            block, self._held = joined(self._held, block, min(excess, HOP)), None
        elif remedy != "none":
            block = paced(block, self._last, HOP + (1 if remedy == "stretch" else -1))
        self.start()
        assert self._stream is not None
        try:
            self._stream.write(block.tobytes())
            latency = self._stream.get_latency() / 1e6
        except PaSimpleError as error:
            self.rest()
            raise PublishError("The sound server no longer takes our sound.") from error
        self._last = block[-1]
        self.delay = max(0.0, latency - PERIOD)
        self._filling = self._filling.after(latency)
        self.xruns += self._filling.dry

    def rest(self) -> None:
        self._filling, self._held, self._last = Filling(), None, np.float32(0)
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def close(self, *, remove: bool) -> None:
        self.rest()
        self._watch.stop(remove=remove)


class NoPublisher(Publisher):
    """Where no virtual microphone is possible: the sound is only shown in the preview."""

    label = "preview"

    def __init__(self, why: str) -> None:
        self._why = why

    @property
    def problem(self) -> str | None:
        return self._why

    @property
    def readers(self) -> tuple[str, ...] | None:
        return ()

    def start(self) -> None:
        return

    def write(self, block: Block) -> None:
        return

    def rest(self) -> None:
        return

    def close(self, *, remove: bool) -> None:
        return


def _open_playback() -> PaSimple:
    import pasimple

    size = HOP * 4
    return pasimple.PaSimple(
        pasimple.PA_STREAM_PLAYBACK,
        pasimple.PA_SAMPLE_FLOAT32LE,
        1,
        RATE,
        app_name="vcam",
        stream_name="vcam enhanced sound",
        device_name=pulse_server.SINK,
        tlength=_ROOM * size,
        prebuf=_PREBUFFER * size,
        minreq=size,
        maxlength=(_ROOM + 2) * size,
    )


def open_publisher(changed: Callable[[], None]) -> Publisher:
    """The virtual microphone of this platform.

    `changed` is called, from any thread, when readers come or go or the server changes.
    """
    return _PLATFORMS.get(sys.platform, _cable)(changed)


def _cable(_changed: Callable[[], None]) -> Publisher:
    from vcam.audio.publish import cable as publish_cable

    try:
        return publish_cable.CablePublisher()
    except VcamError as error:
        return NoPublisher(str(error))


_PLATFORMS: dict[str, Callable[[Callable[[], None]], Publisher]] = {
    "linux": PulsePublisher,
    "win32": _cable,
    "darwin": _cable,
}
