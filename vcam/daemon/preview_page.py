"""The preview: the newest pictures of the mailbox, and a page on 127.0.0.1 that shows them.

The page exists for machines without a virtual camera and without a screen. It shows what others
would see, never the camera's own picture. Its address holds a random token, so other users and
other web pages cannot guess it; requests for another host name are refused (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from importlib.resources import files

from vcam.daemon.protocol import PreviewPictures
from vcam.ipc.mailbox import Mailbox
from vcam.schema.status import Status

KEEP_S = 5.0
"""How long pictures keep coming after somebody asked for one."""

_LOOK_S = 0.02
_REQUEST_S = 5.0
_TAKE_S = 5.0
_MAX_HEADER = 8192
_MAX_VIEWERS = 16
_MAX_STRANGERS = 16
"""Who have not shown the token; with more, the one that has been there longest is closed."""

_BOUNDARY = b"vcam-picture"
_HEADERS = (
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'self'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
    "Connection: close\r\n"
)


class PreviewFeed:
    """Reads the preview mailbox and knows whether anybody wants it filled.

    `wake` is called when the wish begins; it may come from any thread.
    """

    def __init__(self, mailbox: Mailbox, wake: Callable[[], None]) -> None:
        self._mailbox: Mailbox | None = mailbox
        self._wake = wake
        self._until = 0.0

    def wanted(self) -> bool:
        return time.monotonic() < self._until

    def keep(self) -> None:
        """Wants pictures for the next `KEEP_S` seconds."""
        began = not self.wanted()
        self._until = time.monotonic() + KEEP_S
        if began:
            self._wake()

    async def newer(self, after: int, wait_s: float) -> tuple[int, PreviewPictures] | None:
        """The newest picture with its sequence number, once that is not `after`.

        A picture from before the wish began is old and is not given. None when no newer one comes
        in `wait_s` seconds.
        """
        end = time.monotonic() + wait_s
        if self._mailbox and not self.wanted():
            after = self._mailbox.sequence
        self.keep()
        while self._mailbox is None or (sequence := self._mailbox.sequence) in (0, after):
            if time.monotonic() >= end:
                return None
            await asyncio.sleep(_LOOK_S)
        value = self._mailbox.read()
        return None if value is None else (sequence, PreviewPictures.unpack(value))

    def end(self) -> None:
        """No picture comes any more. Called on the loop on which `newer` is, it may be followed by
        the mailbox's removal."""
        self._mailbox = None


class PreviewPage:
    """The page's HTTP server, on the running event loop."""

    def __init__(self, feed: PreviewFeed, status: Callable[[], Status]) -> None:
        self._feed = feed
        self._status = status
        self._token = secrets.token_urlsafe(18)
        self._server: asyncio.Server | None = None
        self._hosts: frozenset[str] = frozenset()
        self._strangers: OrderedDict[asyncio.StreamWriter, None] = OrderedDict()
        self._viewers: set[asyncio.StreamWriter] = set()

    async def start(self) -> str:
        """Listens on a free port of 127.0.0.1; returns the page's address. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MAX_HEADER)
        port = self._server.sockets[0].getsockname()[1]
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        return f"http://127.0.0.1:{port}/{self._token}/"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in (*self._strangers, *self._viewers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._strangers) >= _MAX_STRANGERS:
            oldest, _ = self._strangers.popitem(last=False)
            oldest.transport.abort()
        self._strangers[writer] = None
        # A slow viewer gets fewer pictures instead of a long queue of old ones.
        writer.transport.set_write_buffer_limits(high=1 << 16)
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _REQUEST_S)
            await self._answer(head.decode("latin-1"), writer)
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            TimeoutError,
            ConnectionError,
            asyncio.CancelledError,
        ):
            # Cancelled at the daemon's end: asyncio's streams would report it as a fault.
            writer.transport.abort()
        finally:
            self._strangers.pop(writer, None)
            self._viewers.discard(writer)
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        method, target, host = _parsed(head)
        prefix = f"/{self._token}/"
        known = secrets.compare_digest(target[: len(prefix)].encode("latin-1"), prefix.encode())
        if host not in self._hosts or not known:
            await _send(writer, "403 Forbidden", "text/plain", b"Use the address vcam printed.\n")
            return
        self._strangers.pop(writer, None)
        if len(self._viewers) >= _MAX_VIEWERS:
            writer.transport.abort()
            return
        self._viewers.add(writer)
        if method != "GET":
            await _send(writer, "405 Method Not Allowed", "text/plain", b"")
        elif (name := target[len(prefix) :]) == "":
            page = files("vcam").joinpath("assets/preview.html").read_bytes()
            await _send(writer, "200 OK", "text/html; charset=utf-8", page)
        elif name == "status":
            status = self._status().model_dump_json().encode()
            await _send(writer, "200 OK", "application/json", status)
        elif name == "picture":
            await self._stream(writer)
        else:
            await _send(writer, "404 Not Found", "text/plain", b"")

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        kind = f"multipart/x-mixed-replace; boundary={_BOUNDARY.decode()}"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{_HEADERS}\r\n".encode())
        seen = 0
        while not writer.is_closing():
            found = await self._feed.newer(seen, wait_s=1.0)
            if found is None:
                continue
            seen, preview = found
            writer.write(
                b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
                % (_BOUNDARY, len(preview.after), preview.after)
            )
            await asyncio.wait_for(writer.drain(), _TAKE_S)


def _parsed(head: str) -> tuple[str, str, str]:
    request, *lines = head.split("\r\n")
    method, target, *_ = [*request.split(" "), "", ""]
    hosts = [line[5:].strip() for line in lines if line.lower().startswith("host:")]
    return method, target, hosts[0] if len(hosts) == 1 else ""


async def _send(writer: asyncio.StreamWriter, state: str, kind: str, body: bytes) -> None:
    head = (
        f"HTTP/1.1 {state}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{_HEADERS}\r\n"
    )
    writer.write(head.encode() + body)
    await asyncio.wait_for(writer.drain(), _TAKE_S)
