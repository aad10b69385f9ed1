"""A video stream into PipeWire, through its C library.

GStreamer's pipewiresink would do the same with four more packages, and loses or crashes on frames
from outside with the PipeWire of Debian 12. The library itself is there wherever PipeWire is, and
its stream interface (pipewire/stream.h) needs no callbacks when there is one fixed format.
Numbers below are from the headers of PipeWire 0.3, whose binary interface 1.x keeps.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import struct
import sys
import time
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from functools import lru_cache
from pathlib import Path

assert sys.platform == "linux"

ERROR, UNCONNECTED, CONNECTING, PAUSED, STREAMING = -1, 0, 1, 2, 3

_OUTPUT, _ANY = 1, 0xFFFFFFFF
_MAP_BUFFERS, _DRIVER = 1 << 2, 1 << 3
_ID, _INT, _RECTANGLE, _FRACTION, _OBJECT, _CHOICE = 3, 4, 10, 11, 15, 19
_FORMAT_OBJECT, _BUFFERS_OBJECT, _META_OBJECT = 0x40003, 0x40004, 0x40005
_ENUM_FORMAT, _BUFFERS, _META = 3, 5, 6
_RANGE, _FLAGS = 1, 4
_VIDEO, _RAW, _I420 = 2, 1, 2
_MEM_PTR, _MEM_FD = 1, 2
_HEADER = 1


class _Chunk(ctypes.Structure):
    _fields_ = [("offset", c_uint32), ("size", c_uint32), ("stride", c_int32), ("flags", c_int32)]


class _Data(ctypes.Structure):
    _fields_ = [
        ("type", c_uint32),
        ("flags", c_uint32),
        ("fd", c_int64),
        ("mapoffset", c_uint32),
        ("maxsize", c_uint32),
        ("data", c_void_p),
        ("chunk", POINTER(_Chunk)),
    ]


class _Meta(ctypes.Structure):
    _fields_ = [("type", c_uint32), ("size", c_uint32), ("data", c_void_p)]


class _MetaHeader(ctypes.Structure):
    _fields_ = [
        ("flags", c_uint32),
        ("offset", c_uint32),
        ("pts", c_int64),
        ("dts_offset", c_int64),
        ("seq", c_uint64),
    ]


class _SpaBuffer(ctypes.Structure):
    _fields_ = [
        ("n_metas", c_uint32),
        ("n_datas", c_uint32),
        ("metas", POINTER(_Meta)),
        ("datas", POINTER(_Data)),
    ]


class _Buffer(ctypes.Structure):
    _fields_ = [("buffer", POINTER(_SpaBuffer))]


class VideoStream:
    """A `Video/Source` node of one size and rate that gives I420 to whoever links to it.

    `properties` are PipeWire's keys. Raises OSError when there is no library or server.
    """

    def __init__(self, width: int, height: int, fps: float, properties: dict[str, str]) -> None:
        self._library = _library()
        self._width, self._size = width, width * height * 3 // 2
        self._sent = 0
        call = self._library
        self._loop = call.pw_thread_loop_new(b"enhanced-camera", None)
        self._context = call.pw_context_new(call.pw_thread_loop_get_loop(self._loop), None, 0)
        self._core = self._stream = None
        self._core = call.pw_context_connect(self._context, None, 0)
        if not self._core:
            self.close()
            raise ConnectionError("the PipeWire server does not answer")
        self._stream = call.pw_stream_new(
            self._core, b"camera", call.pw_properties_new_string(json.dumps(properties).encode())
        )
        pods = [_format(width, height, fps), _buffers(self._size, width), _header()]
        self._pods = [ctypes.create_string_buffer(p, len(p)) for p in pods]
        array = (c_void_p * len(pods))(*(ctypes.addressof(p) for p in self._pods))
        flags = _DRIVER | _MAP_BUFFERS
        result = call.pw_stream_connect(self._stream, _OUTPUT, _ANY, flags, array, len(pods))
        if result < 0 or call.pw_thread_loop_start(self._loop) < 0:
            self.close()
            raise ConnectionError("the PipeWire server refuses the camera")

    def state(self) -> int:
        """One of ERROR … STREAMING; the last while a program takes the picture."""
        self._library.pw_thread_loop_lock(self._loop)
        state = self._library.pw_stream_get_state(self._stream, None)
        self._library.pw_thread_loop_unlock(self._loop)
        return state

    def node_id(self) -> int:
        """The server's number for this camera."""
        self._library.pw_thread_loop_lock(self._loop)
        number = self._library.pw_stream_get_node_id(self._stream)
        self._library.pw_thread_loop_unlock(self._loop)
        return number

    def send(self, i420: bytes) -> bool:
        """Passes a picture on; False when nobody takes it or all buffers are still in use."""
        call = self._library
        call.pw_thread_loop_lock(self._loop)
        try:
            if call.pw_stream_get_state(self._stream, None) != STREAMING:
                return False
            taken = call.pw_stream_dequeue_buffer(self._stream)
            if not taken:
                return False
            self._fill(taken.contents.buffer.contents, i420)
            call.pw_stream_queue_buffer(self._stream, taken)
            call.pw_stream_trigger_process(self._stream)
            return True
        finally:
            call.pw_thread_loop_unlock(self._loop)

    def close(self) -> None:
        """Takes the camera away. The object is of no use afterwards."""
        call = self._library
        call.pw_thread_loop_stop(self._loop)
        if self._stream:
            call.pw_stream_destroy(self._stream)
        if self._core:
            call.pw_core_disconnect(self._core)
        call.pw_context_destroy(self._context)
        call.pw_thread_loop_destroy(self._loop)
        self._stream = self._core = None

    def _fill(self, buffer: _SpaBuffer, i420: bytes) -> None:
        data = buffer.datas[0]
        chunk = data.chunk.contents
        chunk.offset, chunk.stride, chunk.size = 0, self._width, 0
        if data.data and data.maxsize >= self._size:
            ctypes.memmove(data.data, i420, self._size)
            chunk.size = self._size
        for meta in buffer.metas[: buffer.n_metas]:
            if meta.type == _HEADER and meta.size >= ctypes.sizeof(_MetaHeader):
                header = _MetaHeader.from_address(meta.data)
                header.flags = header.offset = header.dts_offset = 0
                header.pts, header.seq = time.monotonic_ns(), self._sent
        self._sent += 1


def server_present() -> bool:
    """True when the library is here and a PipeWire server of this user listens."""
    try:
        _library()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(_socket()))
    except OSError:
        return False
    return True


def _socket() -> Path:
    name = os.environ.get("PIPEWIRE_REMOTE", "pipewire-0")
    for variable in ("PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR"):
        if folder := os.environ.get(variable):
            return Path(folder) / name
    return Path(f"/run/user/{os.getuid()}") / name


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libpipewire-0.3.so.0")
    for name, result, arguments in (
        ("pw_thread_loop_new", c_void_p, (c_char_p, c_void_p)),
        ("pw_thread_loop_get_loop", c_void_p, (c_void_p,)),
        ("pw_thread_loop_start", c_int32, (c_void_p,)),
        ("pw_thread_loop_stop", None, (c_void_p,)),
        ("pw_thread_loop_lock", None, (c_void_p,)),
        ("pw_thread_loop_unlock", None, (c_void_p,)),
        ("pw_thread_loop_destroy", None, (c_void_p,)),
        ("pw_context_new", c_void_p, (c_void_p, c_void_p, c_size_t)),
        ("pw_context_connect", c_void_p, (c_void_p, c_void_p, c_size_t)),
        ("pw_context_destroy", None, (c_void_p,)),
        ("pw_core_disconnect", c_int32, (c_void_p,)),
        ("pw_properties_new_string", c_void_p, (c_char_p,)),
        ("pw_stream_new", c_void_p, (c_void_p, c_char_p, c_void_p)),
        (
            "pw_stream_connect",
            c_int32,
            (c_void_p, c_int32, c_uint32, c_int32, c_void_p, c_uint32),
        ),
        ("pw_stream_get_state", c_int32, (c_void_p, c_void_p)),
        ("pw_stream_get_node_id", c_uint32, (c_void_p,)),
        ("pw_stream_dequeue_buffer", POINTER(_Buffer), (c_void_p,)),
        ("pw_stream_queue_buffer", c_int32, (c_void_p, POINTER(_Buffer))),
        ("pw_stream_trigger_process", c_int32, (c_void_p,)),
        ("pw_stream_destroy", None, (c_void_p,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.pw_init(None, None)
    return library


def _pod(kind: int, body: bytes) -> bytes:
    return struct.pack("<II", len(body), kind) + body + bytes(-len(body) % 8)


def _number(kind: int, value: int) -> bytes:
    return _pod(kind, struct.pack("<I", value))


def _choice(kind: int, *values: int) -> bytes:
    head = struct.pack("<IIII", kind, 0, 4, _INT)
    return _pod(_CHOICE, head + struct.pack(f"<{len(values)}I", *values))


def _object(kind: int, parameter: int, properties: dict[int, bytes]) -> bytes:
    body = struct.pack("<II", kind, parameter)
    for key, pod in properties.items():
        body += struct.pack("<II", key, 0) + pod
    return _pod(_OBJECT, body)


def _format(width: int, height: int, fps: float) -> bytes:
    return _object(
        _FORMAT_OBJECT,
        _ENUM_FORMAT,
        {
            1: _number(_ID, _VIDEO),
            2: _number(_ID, _RAW),
            0x20001: _number(_ID, _I420),
            0x20003: _pod(_RECTANGLE, struct.pack("<II", width, height)),
            0x20004: _pod(_FRACTION, struct.pack("<II", round(fps * 1000), 1000)),
        },
    )


def _buffers(size: int, stride: int) -> bytes:
    return _object(
        _BUFFERS_OBJECT,
        _BUFFERS,
        {
            1: _choice(_RANGE, 4, 2, 8),
            2: _number(_INT, 1),
            3: _number(_INT, size),
            4: _number(_INT, stride),
            6: _choice(_FLAGS, 1 << _MEM_PTR | 1 << _MEM_FD),
        },
    )


def _header() -> bytes:
    size = ctypes.sizeof(_MetaHeader)
    return _object(_META_OBJECT, _META, {1: _number(_ID, _HEADER), 2: _number(_INT, size)})
