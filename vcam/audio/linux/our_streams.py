"""The streams of this process on the Linux sound server, known by their names."""

from __future__ import annotations

import os
from typing import Any

from vcam.audio.linux import our_devices
from vcam.audio.linux.connection import connected
from vcam.audio.system import Stream

STREAMS: dict[Stream, str] = {"microphone": "vcam microphone", "reference": "vcam reference"}
"""What our capture streams are called on the server."""

PURPOSES = {name: stream for stream, name in STREAMS.items()}
"""The same the other way round."""

LISTENED = "vcam enhanced listening"
"""What the stream is called that plays what came to the Enhanced Speaker."""

MONITOR = "vcam live monitor"
"""What the stream is called on which people hear themselves."""


def is_ours(stream: Any) -> bool:
    """Whether it is this process's."""
    return bool(stream.proplist.get("application.process.id") == str(os.getpid()))


def is_enhanced(stream: Any) -> bool:
    """Whether it plays what this process made for others."""
    return is_ours(stream) and stream.name != MONITOR


def divert_recording(stream: Stream) -> None:
    """Moves a capture stream of this process to a source that always gives data, so that a read
    that waits for a dead device returns. libpulse's simple API offers no other way."""
    with connected() as pulse:
        names = {source.name: source.index for source in pulse.source_list()}
        for output in pulse.source_output_list():
            if is_ours(output) and output.name == STREAMS[stream]:
                ours = (f"{sink}.monitor" for sink in our_devices.SINKS)
                pulse.source_output_move(output.index, next(names[n] for n in ours if n in names))
