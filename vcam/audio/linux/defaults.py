"""Which source and sink the system's defaults mean, where they may be devices of ours.

Somebody who wants the Enhanced Microphone everywhere makes it the default, and the server no longer
tells which device was the default before, which is the one that is meant. So that is kept in the
runtime folder, also for a worker that takes over from one that crashed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import NamedTuple

from vcam.ipc.runtime import runtime_dir
from vcam.schema.errors import VcamError

_FILE = "sound-defaults.json"


class Defaults(NamedTuple):
    """The server's names; empty where none is known."""

    source: str = ""
    sink: str = ""


def meant(now: Defaults) -> Defaults:
    """`now`, with what it was last in the place of what is empty in it."""
    before = _read()
    found = Defaults(now.source or before.source, now.sink or before.sink)
    if found != before:
        _write(found)
    return found


def _read() -> Defaults:
    try:
        kept = json.loads((runtime_dir() / _FILE).read_bytes())
        return Defaults(str(kept["source"]), str(kept["sink"]))
    except (OSError, VcamError, ValueError, KeyError, TypeError):
        return Defaults()


def _write(found: Defaults) -> None:
    with suppress(OSError, VcamError):
        unfinished = runtime_dir() / f"{_FILE}.{os.getpid()}"
        unfinished.write_text(json.dumps(found._asdict()))
        unfinished.replace(runtime_dir() / _FILE)
