"""The process that holds the PipeWire camera, and the way to it.

A PipeWire node goes when its process does, and applications that show it lose their picture. So
the node is held by a small process that does nothing else: when the one that makes the pictures
crashes, the camera stays, with its last picture, until the next one comes.

Pictures go through a `Mailbox`. On the socket beside it the maker says that there is a new one, or
that the camera is to go; the holder says how the camera is.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from vcam.ipc.mailbox import Mailbox
from vcam.ipc.runtime import runtime_dir
from vcam.schema.errors import VcamError
from vcam.video.publish.pipewire import library as pipewire

assert sys.platform == "linux"

_MAILBOX, _SOCKET = "camera", "camera.sock"
_PICTURE, _END = b"picture", b"end"
_LOOK = 0.05  # seconds between two looks at the node
_REPEAT = 1.0  # seconds after which a picture is shown again: readers come and go
_ALONE = 20.0  # seconds without a maker of pictures
_CONNECTED = 2.0  # seconds within which the server has answered
# Together well below the heartbeat without which the daemon ends the maker.
_OPENED, _CLOSED = 3.0, 1.5  # seconds
_CAMERA = struct.Struct("<IIdiI")


class _Camera(NamedTuple):
    width: int
    height: int
    fps: float
    state: int
    node: int


class HeldCamera:
    """The camera, as the maker of the pictures sees it. Its holder is started if there is none.

    `properties` are PipeWire's keys. Raises OSError when the server does not take the camera.
    """

    def __init__(self, width: int, height: int, fps: float, properties: dict[str, str]) -> None:
        folder, end = runtime_dir(), time.monotonic() + _OPENED
        held = _connect(folder)
        if held is not None:
            self._join(held, end)
            if self._camera[:3] != (width, height, fps):
                self.close()
                held = None
        if held is None:
            held = _start(folder, json.dumps([width, height, fps, properties]), end)
            self._join(held, end)
        try:
            self._mailbox = Mailbox.attach(folder / _MAILBOX)
        except VcamError as error:
            raise ConnectionError(str(error)) from error

    def state(self) -> int:
        """One of `pipewire.ERROR` … `pipewire.STREAMING`; the last while it is read."""
        try:
            while select.select([self._socket], [], [], 0)[0]:
                self._hear()
        except OSError:
            return pipewire.ERROR
        return self._camera.state

    def node_id(self) -> int:
        """The server's number for this camera."""
        return self._camera.node

    def send(self, i420: memoryview) -> None:
        """Passes a picture on and waits for nothing. Raises OSError when the camera is gone."""
        self._mailbox.write(i420)
        with suppress(BlockingIOError):  # it is told of an earlier one and will find this
            self._socket.send(_PICTURE)

    def close(self) -> None:
        """Takes the camera away. Never raises."""
        self._socket.settimeout(_CLOSED)
        with suppress(OSError):
            self._socket.send(_END)
            while self._socket.recv(_CAMERA.size):
                pass
        self._socket.close()

    def _join(self, held: socket.socket, end: float) -> None:
        self._socket = held
        self._socket.settimeout(max(0.0, end - time.monotonic()))
        self._hear()
        self._socket.setblocking(False)

    def _hear(self) -> None:
        packet = self._socket.recv(_CAMERA.size)
        if not packet:
            raise ConnectionError("its holder has gone")
        self._camera = _Camera(*_CAMERA.unpack(packet))


def _connect(folder: Path) -> socket.socket | None:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        channel.connect(str(folder / _SOCKET))
    except OSError:
        channel.close()
        return None
    return channel


def _start(folder: Path, camera: str, end: float) -> socket.socket:
    # In a session of its own, or Ctrl-C in the terminal would end it before its maker.
    holder = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), camera],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while holder.poll() is None and time.monotonic() < end:
        if (held := _connect(folder)) is not None:
            return held
        time.sleep(0.02)
    holder.kill()
    holder.wait()
    raise ConnectionError("its holder does not start")


def hold(folder: Path, width: int, height: int, fps: float, properties: dict[str, str]) -> None:
    """Holds the camera until its maker takes it away, stays away or the server goes.

    Raises OSError when the server does not take it.
    """
    stream = pipewire.VideoStream(width, height, fps, properties)
    try:
        end = time.monotonic() + _CONNECTED
        while stream.state() in (pipewire.UNCONNECTED, pipewire.CONNECTING):
            if time.monotonic() > end:
                raise ConnectionError("the server does not answer")
            time.sleep(0.01)
        (folder / _SOCKET).unlink(missing_ok=True)
        with (
            Mailbox.create(folder / _MAILBOX, width * height * 3 // 2) as mailbox,
            socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener,
        ):
            listener.bind(str(folder / _SOCKET))
            listener.listen()
            maker = _serve(listener, mailbox, stream, (width, height, fps))
    finally:
        stream.close()
    (folder / _SOCKET).unlink(missing_ok=True)
    (folder / _MAILBOX).unlink(missing_ok=True)
    if maker is not None:
        maker.close()  # last: it tells the maker that all is gone


def _serve(
    listener: socket.socket,
    mailbox: Mailbox,
    stream: pipewire.VideoStream,
    shape: tuple[int, int, float],
) -> socket.socket | None:
    """Returns the maker, if there is one, when the camera is to go or has gone."""
    maker: socket.socket | None = None
    told: _Camera | None = None
    picture: bytes | None = None
    heard = due = time.monotonic()
    while True:
        sources = [listener] if maker is None else [listener, maker]
        ready = select.select(sources, [], [], _LOOK)[0]
        now = time.monotonic()
        if maker in ready:
            message = _message(maker)
            if message == _END:
                return maker
            if message == _PICTURE:
                picture, due = mailbox.read() or picture, now
            else:
                maker.close()
                maker, heard = None, now
        if listener in ready:
            if maker is not None:
                maker.close()
            maker, told = listener.accept()[0], None
        if picture is not None and now >= due:
            stream.send(picture)
            due = now + _REPEAT
        camera = _Camera(*shape, stream.state(), stream.node_id())
        gone = camera.state in (pipewire.ERROR, pipewire.UNCONNECTED)
        if gone or (maker is None and now - heard > _ALONE):
            return maker
        if maker is not None and camera != told:
            with suppress(OSError):
                maker.send(_CAMERA.pack(*camera))
            told = camera


def _message(maker: socket.socket) -> bytes:
    try:
        return maker.recv(16)
    except OSError:
        return b""


if __name__ == "__main__":
    hold(Path(sys.argv[1]), *json.loads(sys.argv[2]))
