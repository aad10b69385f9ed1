"""The control transport of Linux and macOS: a Unix socket that only this user can use.

The folder has mode 0700; in addition every client's user id is asked from the kernel.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from vcam.ipc.runtime import runtime_dir

assert sys.platform != "win32"

OnClient = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def socket_path() -> Path:
    """Where the daemon listens. Raises VcamError when the runtime folder cannot be used."""
    return runtime_dir() / "control.sock"


class UnixTransport:
    def __init__(self, path: Path | None = None) -> None:
        self.path = path or socket_path()
        self._made: os.stat_result | None = None

    def connect(self, timeout: float) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(str(self.path))
        except OSError:
            connection.close()
            raise
        return connection

    async def listen(self, on_client: OnClient, limit: int) -> asyncio.Server:
        """Serves clients of this user; others are closed at once.

        Replaces a socket that a crash left behind: the caller holds the daemon's lock, so nobody
        listens on it. Raises OSError.
        """
        self.path.unlink(missing_ok=True)

        async def of_this_user(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if peer_uid(writer.get_extra_info("socket")) == os.getuid():
                await on_client(reader, writer)
            else:
                writer.transport.abort()

        server = await asyncio.start_unix_server(of_this_user, self.path, limit=limit)
        self.path.chmod(0o600)
        self._made = self.path.stat()
        return server

    def remove(self) -> None:
        """Unless another daemon has taken its place."""
        with suppress(FileNotFoundError):
            if self._made is not None and os.path.samestat(self._made, self.path.stat()):
                self.path.unlink()


def peer_uid(connection: socket.socket) -> int:
    """The user id of the process at the other end."""
    if sys.platform == "darwin":
        # Not yet run. struct xucred: version, uid, …; LOCAL_PEERCRED at SOL_LOCAL.
        return int(struct.unpack_from("@II", connection.getsockopt(0, 1, 76))[1])
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("@iII", credentials)[1])
