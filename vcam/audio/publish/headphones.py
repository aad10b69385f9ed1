"""Where people hear themselves live: the system's output, on PulseAudio or PipeWire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.linux.connection import ServerGone
from vcam.audio.linux.our_streams import MONITOR
from vcam.audio.linux.server_view import server_view
from vcam.audio.publish.contract import PublishError

if TYPE_CHECKING:
    from pasimple import PaSimple

_SIZE = HOP * 4
_PREBUFFER, _ROOM = 2, 4  # blocks, as for the Enhanced Microphone; PulseAudio plays as late as this
_MOST = 0.12  # seconds; what would come later than this is left out


class PulseHeadphones:
    """An open output. Used by one thread. `delay` is from `play` to the ear, in seconds."""

    delay: float = 0.0

    def __init__(self, stream: PaSimple) -> None:
        self._stream = stream

    @classmethod
    def open(cls) -> PulseHeadphones:
        """Raises PublishError where there is no output, or it is busy."""
        import pasimple

        try:
            output = server_view().output
            if output is None:
                raise PublishError("monitor.no_output")
            return cls(
                pasimple.PaSimple(
                    pasimple.PA_STREAM_PLAYBACK,
                    pasimple.PA_SAMPLE_FLOAT32LE,
                    1,
                    RATE,
                    app_name="vcam",
                    stream_name=MONITOR,
                    device_name=output.sink,
                    tlength=_ROOM * _SIZE,
                    prebuf=_PREBUFFER * _SIZE,
                    minreq=_SIZE,
                    maxlength=(_ROOM + 2) * _SIZE,
                )
            )
        except ServerGone as gone:
            raise PublishError(gone.reason) from gone
        except pasimple.PaSimpleError as error:
            raise PublishError("server.refuses") from error

    def play(self, block: Block) -> None:
        """Float32 ``(480,)`` in [-1, 1] at 48 kHz. Raises PublishError when the output is gone."""
        import pasimple

        try:
            self.delay = self._stream.get_latency() / 1e6
            if self.delay < _MOST:
                self._stream.write(block.tobytes())
        except pasimple.PaSimpleError as error:
            raise PublishError("server.stopped") from error

    def close(self) -> None:
        self._stream.close()
