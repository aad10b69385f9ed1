"""A real Chromium that opens a camera by its name, as a call does, and shows what it got."""

from __future__ import annotations

import json
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
  // Chromium's and the portal's lists of cameras may still be on their way, for as long as the
  // machine is busy; the test sets an end to it.
  const open = async () => {
    const any = await devices.getUserMedia({video: true});
    const cameras = (await devices.enumerateDevices()).filter(d => d.kind === "videoinput");
    any.getTracks().forEach(track => track.stop());
    const chosen = cameras.find(d => d.label.startsWith(plan.label));
    if (!chosen) throw new DOMException(cameras.map(d => d.label).join(", "), "NotFoundError");
    return await devices.getUserMedia({video: {deviceId: {exact: chosen.deviceId}}});
  };
  let stream;
  while (!stream) {
    try {
      stream = await open();
    } catch (error) {
      if (!["NotFoundError", "NotReadableError"].includes(error.name)) throw error;
      await fetch("/waiting", {method: "POST", body: error.message});
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
    """Opens the camera whose name begins with `label`; AssertionError with what went wrong."""
    received: list[bytes] = []
    outcome: dict[str, str] = {}
    ended = Event()

    def take(path: str, body: bytes, _headers: Message) -> None:
        if path == "/frame":
            received.append(body)
            return
        outcome[path] = body.decode()
        if path != "/waiting":
            ended.set()

    page = _PAGE.replace("PLAN", json.dumps({"label": label, "frames": frames}))
    with Chromium(environment, page, take, *flags) as chromium:
        finished = ended.wait(seconds)
        said = chromium.said()
    assert finished, f"Chromium has {len(received)} frames after {seconds} s; {outcome}; {said}"
    assert "/error" not in outcome, outcome["/error"]
    return Grab(outcome["/end"], received)
