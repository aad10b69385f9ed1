"""The two face networks: where faces are in a picture, and where the landmarks of one are.

BlazeFace (Bazarevsky et al. 2019) finds faces, the landmark net (Kartynnik et al. 2019) looks at
one, cut out by a square that is 1.5 times its extent and turned so that the eyes are level.
"""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.networks.graph import Graph
from vcam.networks.models import Model
from vcam.video.stages.contract import Box
from vcam.video.stages.face import LANDMARKS, Frame, Points

SAME = 0.3  # overlap from which two boxes are one face
_DETECTOR_SIZE, _CROP_SIZE = 128, 192
_DETECTED = 0.5  # least probability
_MARGIN = 1.5
_LEFT_EYE, _RIGHT_EYE = 33, 263  # outer corners; left in the picture


class FaceNetworks:
    """Takes the models `face_detector` and `face_landmarks`."""

    DETECTOR: ClassVar = Graph(
        inputs={"image": (1, _DETECTOR_SIZE, _DETECTOR_SIZE, 3)},
        outputs={"boxes": (1, 896, 16), "scores": (1, 896, 1)},
    )
    MESH: ClassVar = Graph(
        inputs={"image": (1, _CROP_SIZE, _CROP_SIZE, 3)},
        outputs={"landmarks": (1, 1, 1, 3 * LANDMARKS), "presence": (1, 1, 1, 1)},
    )

    def __init__(self, detector: Model, landmarks: Model) -> None:
        self._detector = detector
        self._landmarks = landmarks

    def detect(self, frame: Frame) -> list[tuple[NDArray[np.float32], Box]]:
        """Eye centres ``(2, 2)`` and boxes in pixels, best first, of a uint8 ``(H, W, 3)`` BGR."""
        height, width = frame.shape[:2]
        scale = _DETECTOR_SIZE / max(height, width)
        skip = max(1, int(0.5 / scale))  # the detector does not need every pixel
        small = cv2.resize(
            np.ascontiguousarray(frame[::skip, ::skip]),
            (max(1, round(width * scale)), max(1, round(height * scale))),
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        left, top = (_DETECTOR_SIZE - small.shape[1]) // 2, (_DETECTOR_SIZE - small.shape[0]) // 2
        image = np.zeros((1, _DETECTOR_SIZE, _DETECTOR_SIZE, 3), np.float32)
        rgb = small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
        image[0, top : top + small.shape[0], left : left + small.shape[1]] = rgb
        told = self._detector.run({"image": image})
        score = 1 / (1 + np.exp(-np.clip(told["scores"][0, :, 0], -80, 80)))
        chosen = np.flatnonzero(score > _DETECTED)
        raw = told["boxes"][0, chosen]
        points = raw.reshape(-1, 8, 2)
        points[:, [0, 2, 3, 4, 5, 6, 7]] += _ANCHORS[chosen, None] * _DETECTOR_SIZE
        points[:, [0, 2, 3, 4, 5, 6, 7]] -= (left, top)
        points /= (small.shape[1] / width, small.shape[0] / height)
        found: list[tuple[NDArray[np.float32], Box]] = []
        for i in np.argsort(-score[chosen]):
            (x, y), (w, h) = points[i, 0], points[i, 1]
            box = (float(x - w / 2), float(y - h / 2), float(x + w / 2), float(y + h / 2))
            if not any(overlap(box, other) > SAME for _, other in found):
                found.append((points[i, 2:4], box))
        return found

    def fit(self, frame: Frame, crop: Crop) -> tuple[Points, float]:
        """`Face.landmarks` and `Face.presence` of what is in a crop of such a picture."""
        to_crop = crop.matrix(_CROP_SIZE)
        cut = cv2.warpAffine(
            frame, to_crop, (_CROP_SIZE, _CROP_SIZE), borderMode=cv2.BORDER_REPLICATE
        )
        image = cv2.cvtColor(cut, cv2.COLOR_BGR2RGB).astype(np.float32)[None]
        image *= 1 / 255
        told = self._landmarks.run({"image": image})
        points = told["landmarks"].reshape(LANDMARKS, 3)
        back = cv2.invertAffineTransform(to_crop).astype(np.float32)
        landmarks = np.empty_like(points)
        landmarks[:, :2] = points[:, :2] @ back[:, :2].T + back[:, 2]
        landmarks[:, 2] = points[:, 2] * crop.side / _CROP_SIZE
        return landmarks, float(told["presence"].reshape(-1)[0])


class Crop(NamedTuple):
    """A turned square: centre, side in pixels, angle in radians."""

    x: float
    y: float
    side: float
    angle: float

    def matrix(self, pixels: int) -> NDArray[np.float64]:
        """The affine map ``(2, 3)`` from the frame to a picture of `pixels` a side."""
        scale = pixels / max(self.side, 1.0)
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        half = (pixels - 1) / 2
        return np.array(
            [
                [cos, sin, half - cos * self.x - sin * self.y],
                [-sin, cos, half + sin * self.x - cos * self.y],
            ]
        )


def crop_of(landmarks: Points) -> Crop:
    """Where a face is looked at again."""
    across = landmarks[_RIGHT_EYE, :2] - landmarks[_LEFT_EYE, :2]
    angle = math.atan2(float(across[1]), float(across[0]))
    cos, sin = math.cos(angle), math.sin(angle)
    level = landmarks[:, :2] @ np.array([[cos, -sin], [sin, cos]], np.float32)
    low, high = level.min(0), level.max(0)
    centre, extent = (low + high) / 2, high - low
    return Crop(
        float(centre[0] * cos - centre[1] * sin),
        float(centre[0] * sin + centre[1] * cos),
        _MARGIN * float(extent.max()),
        angle,
    )


def crop_of_detection(eyes: NDArray[np.float32], box: Box) -> Crop:
    """Where a face that was found is looked at."""
    across = eyes[1] - eyes[0]
    left, top, right, bottom = box
    return Crop(
        (left + right) / 2,
        (top + bottom) / 2,
        _MARGIN * max(right - left, bottom - top),
        math.atan2(float(across[1]), float(across[0])),
    )


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return both / (areas - both)


def _anchors() -> NDArray[np.float32]:
    """Centres ``(896, 2)`` in 0..1 of the detector's priors: 2 at stride 8, 6 at stride 16."""
    centres = []
    for cells, each in ((16, 2), (8, 6)):
        axis = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        centres.append(np.repeat(grid, each, 0))
    return np.concatenate(centres).astype(np.float32)


_ANCHORS = _anchors()
