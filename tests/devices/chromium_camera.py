"""A real Chromium that opens a camera by its name, as a call does, and shows what it got."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.message import Message
from threading import Event

from tests.devices.chromium import Chromium

_PAGE = """<!doctype html>
<meta charset="utf-8">
<script type="module">
const plan = PLAN;
try {
  const devices = navigator.mediaDevices;
  // Chromium's and the portal's lists of cameras may still be on their way.
  const open = async () => {
    const any = await devices.getUserMedia({video: true});
    const cameras = (await devices.enumerateDevices()).filter(d => d.kind === "videoinput");
    any.getTracks().forEach(track => track.stop());
    const chosen = cameras.find(d => d.label.startsWith(plan.label));
    if (!chosen) throw new DOMException(cameras.map(d => d.label).join(", "), "NotFoundError");
    return await devices.getUserMedia({video: {deviceId: {exact: chosen.deviceId}}});
  };
  let stream;
  for (let tries = 15; !stream; tries--) {
    try {
      stream = await open();
    } catch (error) {
      if (!["NotFoundError", "NotReadableError"].includes(error.name) || !tries) throw error;
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
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
    """Opens the camera whose name begins with `label`; AssertionError with what went wrong.

    A Chromium whose first look for cameras came too early on a busy machine never looks again, and
    now and then one waits for its portal for good: another one is started while there are `seconds`
    left.
    """
    end = time.monotonic() + seconds
    while True:
        turn = time.monotonic() + seconds / 3
        received, outcome = _grabbed(environment, label, *flags, frames=frames, first=turn, end=end)
        none_there = outcome.get("/error", "").startswith("NotFoundError")
        hangs = not received and "/error" not in outcome
        if not (none_there or hangs) or time.monotonic() > end:
            break
    assert "/end" in outcome, f"Chromium gave {len(received)} frames; {outcome}"
    return Grab(outcome["/end"], received)


def _grabbed(
    environment: dict[str, str], label: str, *flags: str, frames: int, first: float, end: float
) -> tuple[list[bytes], dict[str, str]]:
    """The frames of one Chromium, the first one by `first`, and what it said."""
    received: list[bytes] = []
    outcome: dict[str, str] = {}
    ended = Event()

    def take(path: str, body: bytes, _headers: Message) -> None:
        if path == "/frame":
            received.append(body)
        else:
            outcome[path] = body.decode()
            ended.set()

    page = _PAGE.replace("PLAN", json.dumps({"label": label, "frames": frames}))
    with Chromium(environment, page, take, *flags) as chromium:
        ended.wait(max(0.0, min(first, end) - time.monotonic()))
        if received:
            ended.wait(max(0.0, end - time.monotonic()))
        outcome["printed"] = chromium.said()
    return received, outcome
