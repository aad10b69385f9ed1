"""The control transport of Windows: TCP on 127.0.0.1 with a secret in a file of this user.

Not yet run. The file lies in the runtime folder below `%LOCALAPPDATA%`, which other users cannot
read. It holds the port and the secret, one per line; a client sends the secret as its first line,
before any request.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from vcam.ipc.runtime import runtime_dir

OnClient = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_SECRET_S = 5.0


class LoopbackTransport:
    def __init__(self, path: Path | None = None) -> None:
        self.path = path or runtime_dir() / "control.address"

    def connect(self, timeout: float) -> socket.socket:
        lines = self.path.read_text("ascii").split()
        if len(lines) != 2 or not lines[0].isdecimal():
            raise OSError(f"{self.path} is not whole")
        connection = socket.create_connection(("127.0.0.1", int(lines[0])), timeout)
        connection.sendall(lines[1].encode("ascii") + b"\n")
        return connection

    async def listen(self, on_client: OnClient, limit: int) -> asyncio.Server:
        """Serves clients that know the secret; others are closed at once. Raises OSError."""
        secret = secrets.token_hex(32).encode("ascii")

        async def with_secret(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                given = await asyncio.wait_for(reader.readline(), _SECRET_S)
            except (TimeoutError, ValueError, OSError):
                given = b""
            if hmac.compare_digest(given.strip(), secret):
                await on_client(reader, writer)
            else:
                writer.transport.abort()

        server = await asyncio.start_server(with_secret, "127.0.0.1", 0, limit=limit)
        port = server.sockets[0].getsockname()[1]
        temporary = self.path.with_suffix(".new")
        temporary.write_bytes(b"%d\n%s\n" % (port, secret))
        os.replace(temporary, self.path)
        return server

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
