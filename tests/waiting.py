"""Waiting for what other processes and threads bring about."""

import time
from collections.abc import Callable
from typing import Any


def until(
    true: Callable[[], Any], seconds: float = 60.0, why: str = "it did not come about"
) -> Any:
    """Asks again and again; returns the first answer that is true, or fails with `why`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds:g} s: {why}")
