"""The line between who is in and those who touch, drawn where the picture changes.

Persons are told apart in a small picture. Where they touch, its pixels are too coarse for the line,
and a watershed draws it anew in a finer one: from what is surely the chosen one's and what surely
is not, both grow over what changes least (Meyer, *Color image segmentation*, 1992).
"""

from __future__ import annotations

import cv2
import numpy as np

from vcam.video.stages.masks import BOX
from vcam.video.stages.person import FINER, Seen

DEEP = np.ones((5, 5), np.uint8)
"""What is as deep inside is the chosen one's; beyond, a pixel from its border nothing is."""
AROUND = np.ones((7, 7), np.uint8)
_TELLING = 2  # times as much as of light, a change of colour counts
_LEVELS = np.arange(256)
_COLOURS = (_TELLING * (_LEVELS - 128) + 128).clip(0, 255)
_WEIGHED = np.dstack([_LEVELS, _COLOURS, _COLOURS]).astype(np.uint8)


def parted(own: np.ndarray, doubtful: np.ndarray, seen: Seen) -> np.ndarray:
    """How much is the chosen one's, uint8 of the fine picture's size.

    `own` is what is taken for it and `doubtful` what of that may be another's, both bool (h, w).
    Doubts go against the chosen one: the line itself is nobody's.
    """
    mine, there = own.astype(np.uint8) * 255, seen.there.astype(np.uint8) * 255
    height, width = seen.fine.shape[:2]
    soft = cv2.blur(cv2.erode(mine, BOX), (3, 3))
    kept = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    touching = cv2.bitwise_and(cv2.dilate(mine & there, BOX), cv2.dilate(~mine & there, BOX))
    if not touching.any():
        return kept
    unsure = cv2.dilate(doubtful.astype(np.uint8) * 255, AROUND)
    anew = cv2.bitwise_or(cv2.dilate(touching, DEEP), cv2.bitwise_and(unsure, there))
    x, y, w, h = cv2.boundingRect(cv2.dilate(anew, AROUND))
    marks = np.where(cv2.dilate(mine, BOX), 0, 2).astype(np.uint8)
    marks[(cv2.erode(mine, DEEP) > 0) & (unsure == 0)] = 1
    size = (FINER * w, FINER * h)
    fine_marks, fine_anew = (
        cv2.resize(one[y : y + h, x : x + w], size, interpolation=cv2.INTER_NEAREST)
        for one in (marks, anew)
    )
    here = slice(FINER * y, FINER * (y + h)), slice(FINER * x, FINER * (x + w))
    grown = cv2.watershed(cv2.LUT(seen.fine[here], _WEIGHED), fine_marks.astype(np.int32))
    # What is at the border of its picture a watershed leaves out.
    line = (grown == 1)[1:-1, 1:-1].astype(np.uint8) * 255
    line = cv2.blur(cv2.copyMakeBorder(line, 1, 1, 1, 1, cv2.BORDER_REPLICATE), (3, 3))
    cv2.copyTo(cv2.addWeighted(line, 2, line, 0, -255), fine_anew, kept[here])
    return kept
