"""Super resolution: pictures of any size made two or four times as large, tile by tile.

The network (`models_onnx/superres.md`) doubles; four times is two passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.networks.graph import Graph
from vcam.networks.models import Model

FACTORS = (1, 2, 4)
_TILE = 640  # pixels, the longest side of what the network sees at once: some 200 MiB
_DOUBLE = 2

Picture = NDArray[np.uint8]


class SuperResolution:
    """The network behind pictures of any size."""

    GRAPH: ClassVar = Graph(
        inputs={"picture": ("rows", "columns", 3)},
        outputs={"doubled": ("out_rows", "out_columns", 3)},
    )

    def __init__(self, model: Model) -> None:
        self._model = model
        # Its convolutions do not pad: they need so many pixels around the picture.
        self._reach = int(model.session.get_modelmeta().custom_metadata_map["reach"])

    def __call__(self, picture: Picture, factor: int) -> Picture:
        """BGR (H, W, 3) → BGR (H·factor, W·factor, 3); `factor` is one of FACTORS."""
        for _ in range(factor.bit_length() - 1):
            picture = self._doubled(picture)
        return picture

    def _doubled(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        rim = self._reach
        around = cv2.copyMakeBorder(picture, rim, rim, rim, rim, cv2.BORDER_REFLECT)
        out = np.empty((_DOUBLE * height, _DOUBLE * width, 3), np.uint8)
        for top, bottom in _parts(height):
            for left, right in _parts(width):
                tile = around[top : bottom + 2 * rim, left : right + 2 * rim]
                out[_DOUBLE * top : _DOUBLE * bottom, _DOUBLE * left : _DOUBLE * right] = (
                    self._model.run({"picture": np.ascontiguousarray(tile)})["doubled"]
                )
        return out


def _parts(length: int) -> Iterator[tuple[int, int]]:
    """A side in parts of about the same length, none longer than a tile."""
    count = math.ceil(length / _TILE)
    for number in range(count):
        yield length * number // count, length * (number + 1) // count
