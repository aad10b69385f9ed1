"""A film's picture as BGR, in the colours in which players show it."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

UNKNOWN = 2
"""FFmpeg's number for colours that are not told."""
_HD_WIDTH, _SD_HEIGHT = 1280, 576


def to_bgr(
    picture: VideoFrame, width: int | None = None, height: int | None = None
) -> NDArray[np.uint8]:
    """uint8 ``(H, W, 3)``, of another size where one is given. A picture that does not tell its
    matrix has that of its size, BT.709 for HD and BT.601 for others."""
    matrix = None
    if picture.colorspace == UNKNOWN and (
        picture.width >= _HD_WIDTH or picture.height > _SD_HEIGHT
    ):
        matrix = Colorspace.ITU709
    shown = picture.to_ndarray(format="bgr24", width=width, height=height, src_colorspace=matrix)
    return np.asarray(shown, np.uint8)
