"""Which denoiser works in a call: the one that was chosen, or the best that the machine carries.

It is opened and tried out aside, while the one before goes on.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Sequence
from threading import Thread

import numpy as np

from vcam.audio.capture import demo
from vcam.audio.denoisers import registry
from vcam.audio.denoisers.registry import FAST
from vcam.audio.pipeline import AudioPipeline, AudioState, Stage
from vcam.audio.stages.order import AudioOptions
from vcam.audio.worker.path import Path
from vcam.names import AUTO
from vcam.networks.sound import SoundNetworks
from vcam.priority import step_aside
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.troubles import Troubles

ROOM = 5.0
"""Milliseconds of computing that a block may take (p99), of 10; the rest is for all else."""
_TRIED = 100  # blocks
_STRAINED, _AT_EASE = 5.0, 0.5  # late blocks lately: too many, none to speak of
_FORGETS = 0.99  # a block

Opener = Callable[[str], SoundNetworks]

log = logging.getLogger(__name__)


class DenoiserChoice:
    """Used by the sound's thread; a thread of its own opens. What stands in the way is among the
    `troubles` as "denoiser"."""

    def __init__(
        self, troubles: Troubles, opener: Opener, stages: Callable[[SoundNetworks], Sequence[Stage]]
    ) -> None:
        """`stages` are those that a pipeline with these networks has."""
        self._troubles = troubles
        self._opener = opener
        self._stages = stages
        self._wanted: str | None = None
        self._turn = 0
        self._found: tuple[int, Path] | None = None
        self._late = 0.0
        self._gives_way = False

    def ask(self, wanted: str, present: str) -> None:
        """Looks for what a person wants, beside the one that is `present` or takes over, if that is
        news."""
        if wanted == self._wanted:
            return
        self._wanted, self._gives_way = wanted, False
        self._troubles.clear("denoiser")
        self._look(wanted, present)

    def watch(self, present: str, late: bool) -> None:
        """Is told of every block whether it was late; one too many, and `auto` falls back."""
        if present == FAST or self._gives_way:
            self._late = 0.0
            return
        self._late = self._late * _FORGETS + late
        if self._late > _STRAINED:
            name = registry.title(present)
            if self._wanted == AUTO:
                self._troubles.put("denoiser", Reason.of("denoiser.fell_back", name=name))
                self._gives_way = True  # asked again, it would begin to open it again
                self._look(FAST, present)
            else:
                self._troubles.put("denoiser", Reason.of("denoiser.slow", name=name))
        elif self._late < _AT_EASE and self._wanted != AUTO:
            self._troubles.clear("denoiser")

    def take(self) -> Path | None:
        """What was found for the last question, once."""
        found, self._found = self._found, None
        return found[1] if found and found[0] == self._turn else None

    def _look(self, wanted: str, present: str) -> None:
        self._turn += 1
        name = registry.preferred() if wanted == AUTO else wanted
        if name != present:
            Thread(target=self._open, args=(self._turn, name, wanted, present), daemon=True).start()

    def _open(self, turn: int, name: str, wanted: str, present: str) -> None:
        step_aside()
        try:
            path = self._opened(name)
            if name != FAST and wanted == AUTO and (cost := _cost(path.pipeline)) > ROOM:
                log.info("%s takes %.1f ms a block, too much for this machine", name, cost)
                path = self._opened(FAST)
        except VcamError as error:
            if turn == self._turn:
                reason = Reason.of("denoiser.stand_in", cause=error.reason)
                self._troubles.put("denoiser", reason)
            if present == FAST:
                return
            path = self._opened(FAST)
        if path.denoiser != present and turn == self._turn:
            self._found = turn, path

    def _opened(self, name: str) -> Path:
        opened = self._opener(name)
        return Path(AudioPipeline(self._stages(opened)), name, opened.provider)


def _cost(pipeline: AudioPipeline) -> float:
    """Milliseconds of this thread's own time that a block of a noisy voice takes, p99."""
    state: AudioState | None = None
    options = AudioOptions()
    taken = []
    for block in itertools.islice(itertools.cycle(demo.load_loop()), _TRIED):
        began = time.thread_time()
        state, _ = pipeline.step(state, block, options)
        taken.append(time.thread_time() - began)
    return float(np.percentile(taken, 99)) * 1e3
