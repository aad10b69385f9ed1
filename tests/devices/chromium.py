"""A real Chromium with one page that tells what it got by posting it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)

Take = Callable[[str, bytes, Message], None]


class Chromium:
    """Opens `page`, HTML; `take` gets path, body and headers of each post, in some thread.

    A context manager that ends the browser. `flags` are more of Chromium's own.
    """

    def __init__(self, environment: dict[str, str], page: str, take: Take, *flags: str) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(page.encode(), take))
        Thread(target=self._server.serve_forever, daemon=True).start()
        self._profile = Path(tempfile.mkdtemp(prefix="vcam-chromium-"))
        profile = f"--user-data-dir={self._profile}/profile"
        address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        with (self._profile / "log").open("wb") as log:
            self._browser = subprocess.Popen(
                ["chromium", *_FLAGS, *flags, profile, address],
                env=environment,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.terminate()
        try:
            self._browser.wait(20)
        except subprocess.TimeoutExpired:
            self._browser.kill()
            self._browser.wait()
        self._server.shutdown()
        self._server.server_close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def said(self) -> str:
        """The end of what it printed."""
        return (self._profile / "log").read_text(errors="replace")[-2000:]


def _handler(page: bytes, take: Take) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(page if self.path == "/" else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            take(self.path, body, self.headers)
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
