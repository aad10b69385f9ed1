"""Keeps what other programs play out of the Enhanced Microphone.

Its feed is a sink like any other: where the only output goes, the server moves there what was
played on it, and new streams begin there. They are moved on to another output; while there is none,
to a sink that nobody hears. A mute instead would stay with the program, which servers remember.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pulsectl import Pulse

NOWHERE = "vcam_nowhere"
"""The sink that nobody hears; it is there from the first stray until there is an output again."""

_MODULE = f"sink_name={NOWHERE} sink_properties=\"device.description='No Output'\""


class Stray(NamedTuple):
    """A stream of another program: the server's number for it, and the sink it plays into."""

    stream: int
    sink: str


def keep_out(pulse: Pulse, strays: Sequence[Stray], output: str | None) -> None:
    """Moves the `strays` to the sink `output`, or to nowhere.

    They are all that play into the feed or nowhere. Raises pulsectl's errors when the server goes.
    """
    import pulsectl

    sinks = {sink.name: sink.index for sink in pulse.sink_list()}
    if output is None and strays and NOWHERE not in sinks:
        with suppress(pulsectl.PulseOperationFailed):
            pulse.module_load("module-null-sink", _MODULE)
        sinks = {sink.name: sink.index for sink in pulse.sink_list()}
    target = output or NOWHERE
    for stray in strays:
        if stray.sink != target and target in sinks:
            with suppress(pulsectl.PulseOperationFailed):  # it has ended, or may not be moved
                pulse.sink_input_move(stray.stream, sinks[target])
    if output and NOWHERE in sinks and all(stray.sink != NOWHERE for stray in strays):
        remove(pulse)


def remove(pulse: Pulse) -> None:
    """Takes the sink that nobody hears away, if it is there."""
    import pulsectl

    for module in pulse.module_list():
        if f"sink_name={NOWHERE}" in (module.argument or "").split():
            with suppress(pulsectl.PulseOperationFailed):
                pulse.module_unload(module.index)
