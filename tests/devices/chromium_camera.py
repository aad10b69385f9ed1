"""A real Chromium that opens a camera by its name, as a call does, and shows what it got."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

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
_PAGE = """<!doctype html>
<meta charset="utf-8">
<script type="module">
const plan = PLAN;
try {
  const devices = navigator.mediaDevices;
  const any = await devices.getUserMedia({video: true});
  const cameras = (await devices.enumerateDevices()).filter(d => d.kind === "videoinput");
  any.getTracks().forEach(track => track.stop());
  const chosen = cameras.find(d => d.label.startsWith(plan.label));
  if (!chosen) throw new Error("cameras: " + cameras.map(d => d.label).join(", "));
  const stream = await devices.getUserMedia({video: {deviceId: {exact: chosen.deviceId}}});
  const video = document.createElement("video");
  video.srcObject = stream;
  video.muted = true;
  await video.play();
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  for (let i = 0; i < plan.frames; i++) {
    await new Promise(resolve => video.requestVideoFrameCallback(resolve));
    canvas.getContext("2d").drawImage(video, 0, 0);
    const png = await new Promise(resolve => canvas.toBlob(resolve, "image/png"));
    await fetch("/frame", {method: "POST", body: png});
  }
  const label = stream.getVideoTracks()[0].label;
  stream.getTracks().forEach(track => track.stop());
  await fetch("/end", {method: "POST", body: label});
} catch (error) {
  await fetch("/error", {method: "POST", body: `${error.name}: ${error.message}`});
}
</script>
"""


@dataclass(frozen=True)
class Grab:
    """`label` is what Chromium calls the camera; `frames` are PNG files."""

    label: str
    frames: list[bytes]


def grab(environment: dict[str, str], label: str, *flags: str, frames: int, seconds: float) -> Grab:
    """Opens the camera whose name begins with `label`; AssertionError with what went wrong."""
    received: list[bytes] = []
    outcome: dict[str, str] = {}
    ended = Event()
    page = _PAGE.replace("PLAN", json.dumps({"label": label, "frames": frames})).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(page if self.path == "/" else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/frame":
                received.append(body)
            else:
                outcome[self.path] = body.decode()
                ended.set()
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    profile = Path(tempfile.mkdtemp(prefix="vcam-chromium-"))
    with (profile / "log").open("wb") as log:
        browser = subprocess.Popen(
            [
                "chromium",
                *_FLAGS,
                *flags,
                f"--user-data-dir={profile}/profile",
                f"http://127.0.0.1:{server.server_address[1]}/",
            ],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        finished = ended.wait(seconds)
        said = (profile / "log").read_text(errors="replace")[-2000:]
        assert finished, f"Chromium did not finish; it has {len(received)} frames; {said}"
        assert "/error" not in outcome, outcome["/error"]
        return Grab(outcome["/end"], received)
    finally:
        browser.terminate()
        try:
            browser.wait(20)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
        server.shutdown()
        server.server_close()
        shutil.rmtree(profile, ignore_errors=True)
