"""One way of the sound, delay and pipeline, and the change from one to another while it is heard.

Pipelines differ in how far their sound is behind. Both hear the same sound side by side, the one
that is behind by less held back for longer, so that both say the same at the same time; when the
new one has heard enough, the sound fades over within a block. Nothing is lost or said twice, and
what is heard stays in step with the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from vcam.audio import frames
from vcam.audio.capture.contract import Captured
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioResult, AudioState
from vcam.audio.stages.denoise import DENOISE
from vcam.audio.stages.echo import EchoStage, EchoState
from vcam.audio.stages.order import AudioOptions
from vcam.audio.worker import delay
from vcam.audio.worker.delay import DelayState
from vcam.lips import LipObservation

WARM_UP = 100
"""Blocks for which a new pipeline only listens: denoisers adapt to the level in about a second."""
_PATIENCE = 500  # blocks more, where it has nothing to give yet or its echo is not yet found
_MARGIN = 0.005  # seconds; more than the delay leaves unfollowed
_RAMP = (np.arange(1, HOP + 1, dtype=np.float32) / HOP).astype(np.float32)

Seen = Callable[[float], tuple[LipObservation, ...]]
"""The mouths at a moment (monotonic seconds)."""

Played = Callable[[float], Block | None]
"""What the loudspeakers played in the 10 ms after a moment, if known."""


@dataclass
class Path:
    """`denoiser` is the name of the pipeline's; `provider` is what computes it."""

    pipeline: AudioPipeline
    denoiser: str = ""
    provider: str | None = None
    state: AudioState | None = None
    delay: DelayState = field(default_factory=delay.start)

    def begin(self) -> None:
        """Another stream comes."""
        self.state = None
        self.delay = delay.start(delay.held(self.delay))

    def step(
        self,
        captured: Captured,
        hold: float,
        options: AudioOptions,
        seen: Seen,
        played: Played,
        *,
        late: bool,
    ) -> tuple[float, AudioResult]:
        """The sound of `hold` seconds ago, enhanced, and when it was captured."""
        self.delay, held = delay.step(self.delay, captured.block, hold)
        moment = captured.time - delay.held(self.delay)
        reference = played(moment) if self.pipeline.reference else None
        self.state, result = self.pipeline.step(
            self.state, held, options, seen(moment), reference=reference, late=late
        )
        return moment - result.late / RATE, result


class Handover:
    """From the `old` path to the `new` one; it is over when `step` has said so."""

    def __init__(self, old: Path, new: Path) -> None:
        self.old, self.new = old, new
        self.behind = new.pipeline.latency - old.pipeline.latency
        """By how many samples more the new pipeline is behind."""
        self._left: int | None = None

    def step(
        self,
        captured: Captured,
        hold: float,
        options: AudioOptions,
        seen: Seen,
        played: Played,
        *,
        late: bool,
    ) -> tuple[bool, float, AudioResult]:
        """As `Path.step`, and first whether the new path is now the only one."""
        if self._left is None:
            self._left = self._side_by_side()
        if self._left is None:
            longest = delay.LONGEST + min(0, self.behind) / RATE - _MARGIN
            hold = min(max(hold, self.behind / RATE + _MARGIN), longest)
            return False, *self.old.step(captured, hold, options, seen, played, late=late)
        hold = delay.held(self.old.delay)
        moment, before = self.old.step(captured, hold, options, seen, played, late=late)
        hold = delay.held(self.new.delay)
        _, after = self.new.step(captured, hold, options, seen, played, late=False)
        self._left -= 1
        unready = after.bypassed or after.late - before.late != self.behind
        if self._left > 0 or (unready and self._left > -_PATIENCE):
            return False, moment, before
        faded = before.block + (after.block - before.block) * _RAMP
        return True, moment, after._replace(block=faded)

    def _side_by_side(self) -> int | None:
        """Starts the new path where the old one is; None as long as that cannot be."""
        where = delay.shifted(delay.stopped(self.old.delay), -self.behind)
        if where is None:
            return None
        self.old.delay = delay.stopped(self.old.delay)
        self.new.delay = where
        known = self.old.state
        if known is not None:
            # What the other stages know goes on: the mute's fade, whose lips have spoken.
            kept = {name: one for name, one in known.stages.items() if name != DENOISE}
            echo: EchoState | None = kept.get(EchoStage.name)
            if echo is not None:
                kept[EchoStage.name] = echo.apart()
            self.new.state = AudioState(frames.start(), kept)
        return WARM_UP
