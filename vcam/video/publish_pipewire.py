"""The Enhanced Camera as a PipeWire node: no kernel module; browsers and OBS see it, Zoom not."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any

import numpy as np

from vcam.video import pipewire
from vcam.video.publish import LABEL, Publisher, PublishError

_PROPERTIES = {
    "media.type": "Video",
    "media.class": "Video/Source",
    "media.role": "Camera",
    "node.name": "enhanced_camera",
    "node.description": LABEL,
    "application.name": "vcam",
}
_CURE = "start it: systemctl --user start pipewire wireplumber"
_CONNECTED = 5.0  # seconds within which the server has answered
_NAMES = 2.0  # seconds for which the readers' names are not asked again


class PipeWirePublisher(Publisher):
    """A `Video/Source` node that lives as long as this object, and streams while it is read."""

    kind = "pipewire"

    def __init__(self) -> None:
        self._stream: pipewire.VideoStream | None = None
        self._names: list[str] = []
        self._asked = 0.0

    @classmethod
    def obstacle(cls) -> str | None:
        if pipewire.server_present():
            return None
        return f"There is no {LABEL} in PipeWire because no server answers; {_CURE}."

    def open(self, width: int, height: int, fps: float) -> None:
        try:
            self._stream = pipewire.VideoStream(width, height, fps, _PROPERTIES)
        except OSError as error:
            raise PublishError(f"There is no {LABEL} in PipeWire: {error}; {_CURE}.") from error
        self._shape = (height * 3 // 2, width)
        deadline = time.monotonic() + _CONNECTED
        while self._stream.state() in (pipewire.UNCONNECTED, pipewire.CONNECTING):
            if time.monotonic() > deadline:
                self.close()
                raise PublishError(f"PipeWire does not take the {LABEL}; {_CURE}.")
            time.sleep(0.01)
        self._check()

    def send(self, i420: np.ndarray) -> None:
        if i420.shape != self._shape:
            raise ValueError(f"the picture is {i420.shape}, not {self._shape}")
        if not self._check().send(np.ascontiguousarray(i420)):
            self._names = []

    def reader_present(self) -> bool:
        return self._stream is not None and self._stream.state() == pipewire.STREAMING

    def readers(self) -> list[str]:
        if self._stream is None or not self.reader_present():
            return []
        now = time.monotonic()
        if not self._names or now - self._asked > _NAMES:
            self._asked = now
            self._names = _linked_programs(self._stream.node_id())
        return self._names

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _check(self) -> pipewire.VideoStream:
        stream = self._stream
        if stream is None or stream.state() in (pipewire.ERROR, pipewire.UNCONNECTED):
            raise PublishError(f"PipeWire has gone and the {LABEL} with it; {_CURE}.")
        return stream


def _linked_programs(node: int) -> list[str]:
    if not shutil.which("pw-dump"):
        return []
    try:
        dump = subprocess.run(["pw-dump"], capture_output=True, timeout=2, check=True).stdout
        objects = {o["id"]: o.get("info") or {} for o in json.loads(dump)}
    except (OSError, ValueError, KeyError, subprocess.SubprocessError):
        return []
    readers = {
        info["input-node-id"]
        for info in objects.values()
        if info.get("output-node-id") == node and "input-node-id" in info
    }
    return sorted(_program(objects.get(r, {}).get("props", {})) for r in readers)


def _program(properties: dict[str, Any]) -> str:
    keys = ("application.name", "application.process.binary", "node.description", "node.name")
    return str(next((properties[k] for k in keys if properties.get(k)), "a program"))
