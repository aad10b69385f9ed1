"""A real Chromium that opens a microphone by its name, as a call does, and records it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

import numpy as np

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


@dataclass(frozen=True)
class Recording:
    """`sound` is float32 at 48 kHz; `label` is what Chromium calls the microphone it opened."""

    label: str
    sound: np.ndarray


class ChromiumMicrophone:
    """Records `label` for so many seconds, with Chromium's own sound processing off.

    A context manager: `recording` is set when the first sound has reached the page, `result` waits
    for the end.
    """

    def __init__(self, environment: dict[str, str], label: str, seconds: float) -> None:
        self.recording = Event()
        self.labels: list[str] = []
        self._ended = Event()
        self._seconds = seconds
        self._answer: Recording | str = "Chromium did not answer"
        plan = json.dumps({"label": label, "seconds": seconds})
        page = (Path(__file__).parent / "microphone.html").read_text("utf-8").replace("PLAN", plan)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(page))
        Thread(target=self._server.serve_forever, daemon=True).start()
        self._profile = tempfile.mkdtemp(prefix="vcam-chromium-")
        address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._browser = subprocess.Popen(
            ["chromium", *_FLAGS, f"--user-data-dir={self._profile}", address],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> ChromiumMicrophone:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._browser.terminate()
        try:
            self._browser.wait(10)
        except subprocess.TimeoutExpired:
            self._browser.kill()
            self._browser.wait()
        self._server.shutdown()
        self._server.server_close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def result(self) -> Recording:
        """Waits for the end; AssertionError with what the page said when it failed."""
        assert self._ended.wait(self._seconds + 60), "Chromium did not finish"
        assert isinstance(self._answer, Recording), self._answer
        return self._answer

    def _handler(self, page: str) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(page.encode() if self.path == "/" else b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/devices":
                    outer.labels = json.loads(body)
                elif self.path == "/recording":
                    outer.recording.set()
                else:
                    if self.path == "/sound":
                        sound = np.frombuffer(body, np.float32)
                        outer._answer = Recording(self.headers["X-Label"], sound)
                    else:
                        outer._answer = body.decode()
                    outer._ended.set()
                self._reply(b"")

            def _reply(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler
