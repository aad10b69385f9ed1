"""Small films for tests."""

from pathlib import Path

import av
import numpy as np


def clip(path: Path, *, frames: int = 10, fps: int = 25, size: tuple[int, int] = (64, 48)) -> Path:
    """A film that gets brighter by 20 from one picture to the next."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate = 4_000_000
        for index in range(frames):
            level = np.full((size[1], size[0], 3), 20 + 20 * index, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(level, format="bgr24")))
        container.mux(stream.encode())
    return path
