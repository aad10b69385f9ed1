"""Pictures from files, for tests."""

from pathlib import Path

import cv2
import numpy as np


def picture_at(path: Path, flags: int = cv2.IMREAD_COLOR) -> np.ndarray:
    """The picture as OpenCV gives it; one that cannot be read fails the test."""
    found = cv2.imread(str(path), flags)
    assert found is not None, f"{path} is no picture"
    return found
