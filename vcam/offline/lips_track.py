"""The lips of a recording: what the video worker would have put on the board, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from vcam import lips
from vcam.models import open_model
from vcam.video.face import FaceTracker

_WIDEST = 1280  # pixels; more does not show more of a mouth


def lip_track(path: Path, face: int | Literal["auto"] = "auto") -> NDArray[np.void] | None:
    """The lip observations of a film, for `vcam.lips.select`, at seconds from its first sound.

    None when there is no moving picture with sound, or it cannot be read: then the sound is
    enhanced without lips. A picture that breaks off leaves what came before.
    """
    observations: list[lips.LipObservation] = []
    try:
        with av.open(str(path)) as container:
            films = [
                stream
                for stream in container.streams.video
                if not stream.disposition & Disposition.attached_pic
            ]
            if not films or not container.streams.audio:
                return None
            begin = _first_sound(path)
            tracker = FaceTracker(open_model("face_detector"), open_model("face_landmarks"))
            films[0].thread_type = "AUTO"
            state = None
            for picture in container.decode(films[0]):
                if picture.time is None:
                    continue
                frame = _upright(picture)
                state, faces = tracker.step(state, frame, face)
                me = next((found for found in faces if found.me), None)
                moment = picture.time - begin
                observations.append(
                    lips.absent(moment)
                    if me is None
                    else lips.observe(me.landmarks, me.presence, frame, moment)
                )
    except (av.FFmpegError, OSError, ValueError):
        if not observations:
            return None
    return lips.ring_of(sorted(observations, key=lambda seen: seen.time))


def _first_sound(path: Path) -> float:
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            return frame.time or 0.0
    return 0.0


def _upright(picture: av.VideoFrame) -> NDArray[np.uint8]:
    """BGR of at most `_WIDEST` pixels, turned as the recording says."""
    scale = min(1.0, _WIDEST / max(picture.width, picture.height))
    width, height = round(picture.width * scale), round(picture.height * scale)
    frame = picture.to_ndarray(format="bgr24", width=width, height=height)
    turns = round(picture.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(frame, turns), dtype=np.uint8)
