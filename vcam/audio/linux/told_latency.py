"""Tells PipeWire how late the Enhanced Microphone's sound is, for the programs that record it.

They get it with the latency of their own stream (`pa_stream_get_latency`, `pw_stream_get_time`) and
keep picture and sound together by it. It takes PipeWire 1.4 or later; PulseAudio and older ones
have no way, and 0.3's server is confused by it (docs/facts.md).
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import NamedTuple

_SINCE = (1, 4)
_NOTICED = 0.010  # seconds; a change of less is nothing to tell
_PATIENCE = 2.0  # seconds


def takes_latency(server: str) -> bool:
    """Whether a server of this name, such as "PulseAudio (on PipeWire 1.4.2)", can be told."""
    version = re.search(r"PipeWire (\d+)\.(\d+)", server)
    return version is not None and tuple(map(int, version.groups())) >= _SINCE


class Told(NamedTuple):
    """What was told last: of which node, and how many seconds."""

    node: str | None = None
    seconds: float = 0.0

    def then(self, node: str | None, seconds: float) -> Told:
        """Tells it anew where that is needed; what has been told after it.

        `node` is PipeWire's number of the microphone, None where nobody can be told. Takes as long
        as starting a program does, and never fails: a server may be without pw-cli.
        """
        if node is None or (node == self.node and abs(seconds - self.seconds) < _NOTICED):
            return self
        latency = json.dumps({"ns": round(seconds * 1e9)})
        try:
            subprocess.run(
                ["pw-cli", "set-param", node, "ProcessLatency", latency],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.SubprocessError):
            pass
        return Told(node, seconds)
