"""One connection to the daemon on Qt's event loop: requests out, answers to callbacks in.

The lines are those of `vcam.control`; nothing here waits.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket, QTcpSocket

from vcam.client import MAX_ANSWER, local_address, loopback_address, refusal
from vcam.schema.reasons import Reason

OnResult = Callable[[Any], None]
OnRefused = Callable[[Reason], None]

RETRY_MS = 500
PATIENCE_S = 10.0
"""A daemon that leaves a request unanswered for so long counts as gone."""


@dataclass(frozen=True)
class _Waiting:
    on_result: OnResult
    on_refused: OnRefused
    since: float


class Channel(QObject):
    """Connects by itself and again after a loss. Requests made while not connected are dropped."""

    opened = Signal()
    lost = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        address: str | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        super().__init__(parent)
        self._address = address
        self._patience_s = patience_s
        self._waiting: dict[int, _Waiting] = {}
        self._next = 0
        self._buffer = bytearray()
        self.is_open = False
        self._wanted = False
        self._secret = b""
        self._socket: QLocalSocket | QTcpSocket
        if sys.platform == "win32":
            self._socket = QTcpSocket(self)
        else:
            self._socket = QLocalSocket(self)
        self._socket.connected.connect(self._on_connected)
        self._socket.disconnected.connect(self._on_lost)
        self._socket.errorOccurred.connect(lambda _: self._on_lost())
        self._socket.readyRead.connect(self._on_ready)
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._retry.timeout.connect(self._connect)
        self._impatience = QTimer(self, interval=1000)
        self._impatience.timeout.connect(self._check_patience)

    @property
    def unanswered(self) -> int:
        """How many requests still wait for their answer."""
        return len(self._waiting)

    def open(self) -> None:
        self._wanted = True
        self._impatience.start()
        self._connect()

    def close(self) -> None:
        self._wanted = False
        self._retry.stop()
        self._impatience.stop()
        self._socket.abort()
        self._forget()

    def call(
        self,
        method: str,
        params: dict[str, Any] | None = None,
        on_result: OnResult = lambda _: None,
        on_refused: OnRefused = lambda _: None,
    ) -> None:
        """Sends one request; exactly one callback is called, or none when the connection goes.

        `on_refused` gets the daemon's reason.
        """
        if not self.is_open:
            return
        self._next += 1
        self._waiting[self._next] = _Waiting(on_result, on_refused, time.monotonic())
        request = {"jsonrpc": "2.0", "id": self._next, "method": method, "params": params or {}}
        self._socket.write(json.dumps(request).encode() + b"\n")

    def _connect(self) -> None:
        if not self._wanted or self.is_open:
            return
        if isinstance(self._socket, QLocalSocket):
            self._socket.abort()
            self._socket.connectToServer(self._address or local_address())
            return
        address = loopback_address()
        if address is None:
            self._retry.start()
            return
        port, self._secret = address
        self._socket.connectToHost("127.0.0.1", port)

    def _on_connected(self) -> None:
        self.is_open = True
        if self._secret:
            self._socket.write(self._secret)
        self.opened.emit()

    def _on_lost(self) -> None:
        was_open = self.is_open
        self._forget()
        if self._wanted:
            self._retry.start()
        if was_open:
            self.lost.emit()

    def _forget(self) -> None:
        self.is_open = False
        self._waiting.clear()
        self._buffer.clear()

    def _on_ready(self) -> None:
        self._buffer += self._socket.readAll().data()
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._answer(line)
        if len(self._buffer) > MAX_ANSWER:
            self._socket.abort()

    def _answer(self, line: bytes) -> None:
        try:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"])
        except (ValueError, KeyError, TypeError):
            return
        if "error" not in answer:
            waiting.on_result(answer["result"])
        else:
            waiting.on_refused(refusal(answer["error"]))

    def _check_patience(self) -> None:
        oldest = next(iter(self._waiting.values()), None)
        if oldest is not None and time.monotonic() - oldest.since > self._patience_s:
            self._socket.abort()
            self._on_lost()
