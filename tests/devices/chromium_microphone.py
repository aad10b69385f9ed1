"""A real Chromium that opens a microphone by its name, as a call does, and records it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from threading import Event

import numpy as np

from tests.devices.chromium import Chromium


@dataclass(frozen=True)
class Recording:
    """`sound` is float32 at 48 kHz; `label` is what Chromium calls the microphone it opened."""

    label: str
    sound: np.ndarray


class ChromiumMicrophone(Chromium):
    """Records `label` for so many seconds, with Chromium's own sound processing off.

    `recording` is set when the first sound has reached the page, `result` waits for the end.
    """

    def __init__(self, environment: dict[str, str], label: str, seconds: float) -> None:
        self.recording = Event()
        self.labels: list[str] = []
        self._ended = Event()
        self._seconds = seconds
        self._answer: Recording | str = "Chromium did not answer"
        plan = json.dumps({"label": label, "seconds": seconds})
        page = (Path(__file__).parent / "microphone.html").read_text("utf-8").replace("PLAN", plan)
        super().__init__(environment, page, self._take)

    def result(self) -> Recording:
        """Waits for the end; AssertionError with what the page said when it failed."""
        assert self._ended.wait(self._seconds + 60), f"Chromium did not finish; {self.said()}"
        assert isinstance(self._answer, Recording), self._answer
        return self._answer

    def _take(self, path: str, body: bytes, headers: Message) -> None:
        if path == "/devices":
            self.labels = json.loads(body)
        elif path == "/recording":
            self.recording.set()
        else:
            if path == "/sound":
                self._answer = Recording(headers["X-Label"], np.frombuffer(body, np.float32))
            else:
                self._answer = body.decode()
            self._ended.set()
