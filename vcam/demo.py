"""The demo's assets and its one clock: picture and sound are at the same place of the same loop.

The clock is `time.monotonic()`, which all processes of a machine share.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).parent / "assets"
STEPS_A_SECOND = 100


@lru_cache(maxsize=1)
def mouth() -> np.ndarray:
    """How far the mouth is open, uint8 (T,), 100 a second, 0 = closed; T is the loop's length."""
    return np.load(ASSETS / "demo_mouth.npy")


def place(time: float) -> float:
    """Where in the loop `time` is, in hundredths of a second, 0 ≤ place < len(mouth())."""
    return time * STEPS_A_SECOND % len(mouth())
