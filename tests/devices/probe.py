"""Probes measure in a process of their own, in the surroundings that a test gives them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def measured(module: str, environment: dict[str, str], seconds: float, *words: float | str) -> Any:
    """What `python -m module seconds words…` prints, read as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(seconds), *map(str, words)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=3 * seconds + 60,
    )
    if done.returncode:
        raise AssertionError(f"the probe failed: {done.stderr[-1000:]}")
    return json.loads(done.stdout)
