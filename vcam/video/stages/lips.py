"""The lip observation of a picture: where the mouth is, and whether it can be read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.lips import LANDMARKS, LipObservation, Points, absent, normalise
from vcam.video.stages.face import Face, Whose

Frame = NDArray[np.uint8]
_PATCH = 48


def observe(
    landmarks: NDArray[np.float32], presence: float, frame: Frame, time: float, number: int = 0
) -> LipObservation:
    """The lip observation of a tracked face.

    Args:
        landmarks: ``(468, 2 or 3)`` pixels, as in `vcam.video.stages.face.Face`.
        presence: the face's logit, as there.
        frame: uint8 ``(H, W, 3)`` BGR, the picture the landmarks were found in.
        time: its capture time, seconds.
        number: the face's.

    The confidence falls with a small face, a profile, a blurred or covered mouth and a mouth that
    leaves the picture.
    """
    picture = landmarks[list(LANDMARKS), :2]
    points, size, turn = normalise(picture)
    height, width = frame.shape[:2]
    mouth = picture[:40]
    if (mouth < 0).any() or (mouth >= (width, height)).any():
        return absent(time)
    sharpness, contrast = _looks(frame, mouth, size)
    usable = (
        _ramp(presence, 4.0, 14.0)
        * _ramp(size, 14.0, 28.0)
        * _ramp(-abs(turn), -0.5, -0.33)
        * _ramp(sharpness, 0.002, 0.005)
        * _ramp(contrast, 1.5, 4.0)
    )
    return LipObservation(time, points, size, turn, usable, face=number)


def mouths(
    faces: Sequence[Face] | None, frame: Frame, time: float, whose: int | Whose
) -> list[LipObservation]:
    """The lip observations of a picture, of those whose mouth counts, as `readable` has them."""
    seen = [
        observe(one.landmarks, one.presence, frame, time, one.id) for one in counted(faces, whose)
    ]
    return readable(seen, time)


def counted(faces: Sequence[Face] | None, whose: int | Whose) -> list[Face]:
    """The faces whose mouth counts: one, or everyone's."""
    return [face for face in faces or () if face.me or whose == "everyone"]


def readable(seen: list[LipObservation], time: float) -> list[LipObservation]:
    """The observations; one `absent` when nobody is there, or one mouth cannot be read: who speaks
    then is not known."""
    return seen if seen and all(one.confidence > 0 for one in seen) else [absent(time)]


def _looks(frame: Frame, mouth: Points, size: float) -> tuple[float, float]:
    """How sharp the mouth is, and how far (in Lab) the lips' colour is from the skin around.

    The first is the energy of fine detail relative to the contrast, at a fixed face size; the
    second is next to nothing where a hand or a mask covers the lips.
    """
    centre = mouth.mean(0)
    half = 0.55 * size
    low = np.maximum(centre - half, 0).astype(int)
    high = (centre + half).astype(int) + 1
    part = frame[low[1] : high[1], low[0] : high[0]]
    scale = _PATCH / np.array([part.shape[1], part.shape[0]])
    patch = cv2.resize(part, (_PATCH, _PATCH), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).var()) / (16 * (float(grey.var()) + 4))

    inside = ((mouth - low) * scale).round()
    around = inside[:20] + 0.5 * (inside[:20] - inside[:20].mean(0))
    parts = np.zeros((_PATCH, _PATCH), np.uint8)
    for polygon, kind in ((around, 1), (inside[:20], 2), (inside[20:], 0)):
        cv2.fillPoly(parts, [polygon.astype(np.int32)], kind)
    lab = cv2.cvtColor(patch, cv2.COLOR_BGR2LAB)
    skin = np.array(cv2.mean(lab, (parts == 1).view(np.uint8))[:3])
    lips = np.array(cv2.mean(lab, (parts == 2).view(np.uint8))[:3])
    return sharpness, float(np.linalg.norm(lips - skin))


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
