"""Whether this is the program of a package for Linux, to which pip cannot add anything."""

from __future__ import annotations

import sys
from pathlib import Path


def packaged() -> bool:
    """The interpreter of a package has a file beside it that keeps all others' libraries out."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}._pth"
    return Path(sys.executable).resolve().with_name(name).is_file()
