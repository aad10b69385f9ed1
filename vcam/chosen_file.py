"""A file that a person chose by its name, in place of a device or as a background."""

from __future__ import annotations

import os
from pathlib import Path


def chosen_file(choice: str) -> Path | None:
    """The file that a choice of a device or a background names; None when there is none.

    Raises nothing: a name may be too long, of nobody's home, or on a disk that was pulled out.
    """
    path = os.path.expanduser(choice)
    return Path(path) if os.path.isfile(path) else None
