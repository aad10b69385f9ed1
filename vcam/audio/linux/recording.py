"""A recording stream of libpulse's simple API with a channel map, which pasimple has no place for.

Without one the server takes the channels of a sound card's inputs for loudspeakers' and mixes them
by their places, or, on PipeWire, leaves them out.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import pasimple
from pasimple.pa_simple import get_libpulse_simple, pa_buffer_attr, pa_sample_spec


class _ChannelMap(ctypes.Structure):
    _fields_ = (("channels", ctypes.c_uint8), ("map", ctypes.c_int * 32))


class RecordingStream:
    """Float32 of the source `device`, at `rate` and with the `channels` (the server's numbers of
    their positions), one after the other. Used by one thread.

    All calls but `close` raise `pasimple.PaSimpleError`. `app` and `name` are what the server calls
    program and stream; it sends `fragment` bytes at a time and keeps up to `room`.
    """

    def __init__(
        self,
        device: str,
        rate: int,
        channels: Sequence[int],
        *,
        app: str,
        name: str,
        fragment: int,
        room: int,
    ) -> None:
        self._library = get_libpulse_simple()
        error = ctypes.c_int(0)
        count = len(channels)
        self._stream = self._library.pa_simple_new(
            None,
            app.encode(),
            pasimple.PA_STREAM_RECORD,
            device.encode(),
            name.encode(),
            ctypes.byref(pa_sample_spec(pasimple.PA_SAMPLE_FLOAT32LE, rate, count)),
            ctypes.byref(_ChannelMap(count, (ctypes.c_int * 32)(*channels))),
            ctypes.byref(pa_buffer_attr(room, -1, -1, -1, fragment)),
            ctypes.byref(error),
        )
        self._check(self._stream is not None, "opened", error)

    def read(self, size: int) -> bytes:
        """Waits for so many bytes."""
        data = ctypes.create_string_buffer(size)
        error = ctypes.c_int(0)
        stream = self._open
        done = self._library.pa_simple_read(
            stream, data, ctypes.c_size_t(size), ctypes.byref(error)
        )
        self._check(done == 0, "read", error)
        return data.raw

    def flush(self) -> None:
        """Throws away what the server has kept."""
        error = ctypes.c_int(0)
        done = self._library.pa_simple_flush(self._open, ctypes.byref(error))
        self._check(done == 0, "flushed", error)

    def close(self) -> None:
        """Twice is fine."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._library.pa_simple_free(ctypes.c_void_p(stream))

    @property
    def _open(self) -> ctypes.c_void_p:
        if self._stream is None:
            raise pasimple.PaSimpleError("the stream is closed")
        return ctypes.c_void_p(self._stream)

    def _check(self, done: bool, what: str, error: ctypes.c_int) -> None:
        if not done:
            raise pasimple.PaSimpleError(f"the stream cannot be {what} (libpulse: {error.value})")
