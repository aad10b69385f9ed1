"""What macOS says about its cameras, in the order in which OpenCV counts them. Not yet run there.

OpenCV sorts cameras by their unique id (`cap_avfoundation_mac.mm`) and knows no screens; FFmpeg
counts them as the system does, screens last.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

from vcam.video.capture.contract import CameraInfo
from vcam.video.capture.opencv import list_by_ffmpeg

_ASKED = ("system_profiler", "SPCameraDataType", "-json")
_PATIENCE = 5.0  # seconds
_SCREEN = "Capture screen "


def list_avfoundation() -> list[CameraInfo]:
    """The cameras; as FFmpeg counts them where the system does not tell their ids."""
    found = list_by_ffmpeg()
    try:
        told = subprocess.run(_ASKED, capture_output=True, timeout=_PATIENCE).stdout
    except (OSError, subprocess.TimeoutExpired):
        return found
    return by_unique_id(found, told)


def by_unique_id(found: list[CameraInfo], told: bytes) -> list[CameraInfo]:
    """The cameras without screens, numbered by the ids in what `system_profiler` told; as they are
    when it does not tell all."""
    ids: dict[str, list[str]] = {}
    try:
        for one in json.loads(told)["SPCameraDataType"]:
            ids.setdefault(one["_name"], []).append(one["spcamera_unique-id"])
    except (ValueError, KeyError, TypeError):
        return found
    cameras = [info for info in found if not info.name.startswith(_SCREEN)]
    names = [info.name for info in cameras]
    if any(len(ids.get(name, ())) != names.count(name) for name in names):
        return found
    ordered = sorted(cameras, key=lambda info: ids[info.name].pop())
    return [replace(info, index=i) for i, info in enumerate(ordered)]
