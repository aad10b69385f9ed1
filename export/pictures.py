"""Pictures from files."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


def read_picture(path: Path, flags: int = cv2.IMREAD_COLOR) -> NDArray[np.uint8]:
    """uint8 ``(H, W, 3)`` BGR, or as `flags` say. Raises OSError for what is no picture."""
    found = cv2.imread(str(path), flags)
    if found is None:
        raise OSError(f"{path} is no picture")
    return found.astype(np.uint8, copy=False)
