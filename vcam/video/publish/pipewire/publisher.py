"""The Enhanced Camera as a PipeWire node: no kernel module; browsers and OBS see it, Zoom not."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

from vcam.names import CAMERA_NAME
from vcam.schema.reasons import Reason
from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.publish.pipewire import library as pipewire

assert sys.platform == "linux"

from vcam.video.publish.pipewire.holder import HeldCamera  # noqa: E402

_PROPERTIES = {
    "media.type": "Video",
    "media.class": "Video/Source",
    "media.role": "Camera",
    "node.name": "enhanced_camera",
    "node.description": CAMERA_NAME,
    "application.name": "vcam",
}
_CURE = "start it: systemctl --user start pipewire wireplumber"
_NAMES, _UNKNOWN = 5.0, 1.0  # seconds until the readers' names are asked again


class PipeWirePublisher(CameraPublisher):
    """A `Video/Source` node, held by a process of its own; it streams while it is read."""

    kind = "pipewire"

    def __init__(self) -> None:
        self._camera: HeldCamera | None = None
        self._names: list[str] = []
        self._question: _Question | None = None

    @classmethod
    def obstacle(cls) -> Reason | None:
        if pipewire.server_present():
            return None
        return Reason.of("pipewire.none", command=_CURE)

    def open(self, width: int, height: int, fps: float) -> None:
        try:
            self._camera = HeldCamera(width, height, fps, _PROPERTIES)
        except OSError as error:
            raise PublishError("pipewire.refused", error=error, command=_CURE) from error
        self._shape = (height * 3 // 2, width)

    def send(self, i420: np.ndarray) -> None:
        if i420.shape != self._shape:
            raise ValueError(f"the picture is {i420.shape}, not {self._shape}")
        try:
            if self._camera is None:
                raise ConnectionError
            self._camera.send(np.ascontiguousarray(i420).data)
        except OSError as error:
            raise PublishError("pipewire.gone", command=_CURE) from error

    def reader_present(self) -> bool:
        return self._camera is not None and self._camera.state() == pipewire.STREAMING

    def readers(self) -> list[str]:
        if self._camera is None or not self.reader_present():
            self._names = []
            return []
        question = self._question or _Question(self._camera.node_id())
        self._question = question
        answer = question.answer()
        if answer is not None:
            self._names = answer
        if question.age() > (_NAMES if self._names else _UNKNOWN):
            question.end()
            self._question = None
        return self._names

    def close(self) -> None:
        if self._question is not None:
            self._question.end()
            self._question = None
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


class _Question:
    """Asks pw-dump, beside the running picture, which programs are linked to a node."""

    def __init__(self, node: int) -> None:
        self._node = node
        self._began = time.monotonic()
        self._output = tempfile.TemporaryFile()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                ["pw-dump"], stdout=self._output, stderr=subprocess.DEVNULL
            )
        except OSError:
            pass  # not installed: the readers stay nameless

    def age(self) -> float:
        return time.monotonic() - self._began

    def answer(self) -> list[str] | None:
        """Once: the names. None before and after."""
        if self._process is None or self._process.poll() is None:
            return None
        self._process = None
        self._output.seek(0)
        try:
            objects = {o["id"]: o.get("info") or {} for o in json.load(self._output)}
        except (ValueError, KeyError):
            return None
        readers = {
            info["input-node-id"]
            for info in objects.values()
            if info.get("output-node-id") == self._node and "input-node-id" in info
        }
        return sorted(_program(objects.get(r, {}).get("props", {})) for r in readers)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._output.close()


def _program(properties: dict[str, Any]) -> str:
    keys = ("application.name", "application.process.binary", "node.description", "node.name")
    return str(next((properties[k] for k in keys if properties.get(k)), "a program"))
