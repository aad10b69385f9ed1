"""The Enhanced Microphone on PulseAudio or PipeWire, and what plays for the Enhanced Speaker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.linux.connection import ServerGone, connected
from vcam.audio.linux.our_devices import MICROPHONE, SPEAKER
from vcam.audio.linux.our_streams import LISTENED
from vcam.audio.linux.server_view import ServerView
from vcam.audio.linux.server_watch import ServerWatch
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.filling import PERIOD, Filling, joined, paced
from vcam.audio.system import SystemView
from vcam.names import SPEAKER_NAME
from vcam.schema.reasons import Reason

if TYPE_CHECKING:
    from pasimple import PaSimple

# The server starts to play with two blocks in its buffer. It has room for more, so that a write
# does not wait and the microphone alone sets the pace.
_PREBUFFER = 2
_ROOM = 4
_LOW = 0.7  # of its volume, 9 dB less; above that a person or a call may have their reasons
_PATIENCE = 1.0  # seconds for a server to answer


class PulsePublisher(MicrophonePublisher):
    """The devices are made as soon as a server answers, again after it restarts, and adopted when a
    crash left them behind.
    """

    kind = "pulse"
    device: ClassVar = MICROPHONE
    stream: ClassVar = "vcam enhanced sound"

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(changed)
        self._stream: PaSimple | None = None
        self._filling = Filling()
        self._last = np.float32(0)
        self._held: Block | None = None
        self._watch = ServerWatch(changed, self.device)

    @classmethod
    def obstacle(cls) -> Reason | None:
        try:
            with connected(patience=_PATIENCE):
                return None
        except ServerGone as gone:
            return _without(gone.reason)

    @property
    def problem(self) -> Reason | None:
        if self._watch.view is not None:
            return None
        return _without(self._watch.why)

    @property
    def muffled(self) -> Reason | None:
        view = self._watch.view
        if view is None:
            return None
        if view.muted:
            return Reason.of("server.muted", name=self.name)
        if view.volume < _LOW:
            percent = round(100 * view.volume)
            return Reason.of("server.turned_down", name=self.name, percent=percent)
        return None

    @property
    def kept_out(self) -> Reason | None:
        view = self._watch.view
        return Reason.of("server.kept_out") if view and view.kept_out else None

    @property
    def lost(self) -> bool:
        return self._watch.view is None and self._watch.ever

    @property
    def system(self) -> SystemView | None:
        view = self._watch.view
        return view.system if view else None

    def readers(self) -> list[str]:
        view = self._watch.view
        return list(view.readers) if view else []

    def open(self) -> None:
        self._watch.start()

    def wake(self) -> None:
        from pasimple import PaSimpleError

        view = self._watch.view
        if view is None or self._stream is not None:
            return
        try:
            self._stream = _open_playback(self._sink(view), self.stream)
        except PaSimpleError as error:
            raise PublishError("server.refuses") from error

    def send(self, block: Block) -> None:
        from pasimple import PaSimpleError

        view = self._watch.view
        if view is None:
            self.rest()
            return
        if view.played not in (None, self._sink(view)):
            self.rest()
            raise PublishError("server.moved", device=view.played)
        excess, remedy = self._filling.excess, self._filling.remedy
        if excess and self._held is None:
            self._held = block
            return
        if self._held is not None:
            block, self._held = joined(self._held, block, min(excess, HOP)), None
        elif remedy != "none":
            block = paced(block, self._last, HOP + (1 if remedy == "stretch" else -1))
        self.wake()
        if self._stream is None:
            return  # the server has gone this moment
        try:
            self._stream.write(block.tobytes())
            latency = self._stream.get_latency() / 1e6
        except PaSimpleError as error:
            self.rest()
            raise PublishError("server.stopped") from error
        self._last = block[-1]
        self.delay = max(0.0, latency - PERIOD)
        self._filling = self._filling.after(latency)
        self.xruns += self._filling.dry

    def tell(self, latency: float) -> None:
        self._watch.latency = latency

    def rest(self) -> None:
        self._filling, self._held, self._last = Filling(), None, np.float32(0)
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def close(self, *, remove: bool = True) -> None:
        self.rest()
        self._watch.stop(remove=remove)

    def _sink(self, view: ServerView) -> str:
        """Where the sound is played. Raises PublishError while there is no such place."""
        return self.device.sink


class PulseSpeaker(PulsePublisher):
    """What was played into the Enhanced Speaker goes on to the system's output; `readers` are the
    programs that play. It makes, keeps and removes the Enhanced Speaker as well.
    """

    kind = "speaker"
    device = SPEAKER
    stream = LISTENED

    @property
    def problem(self) -> Reason | None:
        return None if self._watch.view else Reason.of("speaker.none", cause=self._watch.why)

    @property
    def lost(self) -> bool:
        return self._watch.view is None

    @property
    def system(self) -> SystemView | None:
        view = self._watch.view
        return SystemView(self.kind, (), view.recorded) if view else None

    @property
    def name(self) -> str:  # type: ignore[override]
        """What people call the output."""
        view = self._watch.view
        return view.output.label if view and view.output else SPEAKER_NAME

    def _sink(self, view: ServerView) -> str:
        if view.output is None:
            raise PublishError("speaker.nothing")
        return view.output.sink


def _without(why: Reason) -> Reason:
    return Reason.of("server.none", cause=why)


def _open_playback(sink: str, stream: str) -> PaSimple:
    import pasimple

    size = HOP * 4
    return pasimple.PaSimple(
        pasimple.PA_STREAM_PLAYBACK,
        pasimple.PA_SAMPLE_FLOAT32LE,
        1,
        RATE,
        app_name="vcam",
        stream_name=stream,
        device_name=sink,
        tlength=_ROOM * size,
        prebuf=_PREBUFFER * size,
        minreq=size,
        maxlength=(_ROOM + 2) * size,
    )
