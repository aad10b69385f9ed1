"""How a film's pictures are to be turned and mirrored before they are shown: its display matrix."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray


class Orientation(NamedTuple):
    """A stored picture is transposed first, then mirrored; the eight ways of EXIF."""

    transposed: bool = False
    mirrored: bool = False
    upside_down: bool = False

    def upright(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        """``(H, W, …)`` as players show it, contiguous."""
        shown = stored.swapaxes(0, 1) if self.transposed else stored
        shown = shown[:: -1 if self.upside_down else 1, :: -1 if self.mirrored else 1]
        return np.ascontiguousarray(shown, np.uint8)


def orientation(picture: VideoFrame) -> Orientation:
    """What the picture's display matrix says, to the nearest quarter of a turn.

    As libavutil/display.h has it, a stored pixel ``(x, y)`` is shown at
    ``(a x + c y + …, b x + d y + …)``.
    """
    try:
        matrix = picture.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18 does not know all that FFmpeg has beside a picture: EXIF
        return _TURNED[round(picture.rotation / 90) % 4]
    if matrix is None:
        return Orientation()
    a, b, _, c, d = np.frombuffer(cast(Any, matrix), np.int32, 5).tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


_TURNED = (
    Orientation(),
    Orientation(transposed=True, upside_down=True),
    Orientation(mirrored=True, upside_down=True),
    Orientation(transposed=True, mirrored=True),
)
"""By quarters of a turn, counterclockwise."""
