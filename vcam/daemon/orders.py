"""What other threads ask of the daemon's."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.connection import Pipe
from typing import TypeVar

T = TypeVar("T")


class Orders:
    """`give` and `wake` may be called from any thread and from a signal's handler; `carry_out` on
    the thread that waits for `woken`."""

    def __init__(self) -> None:
        self._deeds: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.woken, self._waker = Pipe(duplex=False)
        self._waking = threading.RLock()  # a second signal may come while the first is told

    def give(self, deed: Callable[[], T]) -> Future[T]:
        """`deed` will be run; what it raises is in the Future."""
        future: Future[T] = Future()

        def carry_out() -> None:
            try:
                future.set_result(deed())
            except Exception as error:
                future.set_exception(error)

        self._deeds.put(carry_out)
        self.wake()
        return future

    def wake(self) -> None:
        with self._waking:  # a Connection is not thread-safe
            self._waker.send_bytes(b"w")

    def carry_out(self) -> None:
        while self.woken.poll():
            self.woken.recv_bytes()
        while not self._deeds.empty():
            self._deeds.get()()
