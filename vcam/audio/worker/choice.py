"""Which denoiser works in a call. Another one is opened aside, while the one before goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread

from vcam.audio.denoisers.registry import BEST, FAST, OTHERS
from vcam.audio.pipeline import AudioPipeline, Stage
from vcam.audio.worker.path import Path
from vcam.names import AUTO
from vcam.networks.sound import SoundNetworks
from vcam.priority import step_aside
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.troubles import Troubles

_STRAINED, _AT_EASE = 5.0, 0.5  # late blocks lately: too many, none to speak of
_FORGETS = 0.99  # a block

Opener = Callable[[str], SoundNetworks]


def chosen(setting: str, *, picture: bool) -> str:
    """The denoiser by its name: automatic looks ahead where a picture takes its time too."""
    if setting != AUTO:
        return setting
    return BEST if picture else FAST


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

    def ask(self, wanted: str, present: str) -> None:
        """Looks for the denoiser that is wanted, beside the one that is `present` or takes over, if
        that is news."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._turn += 1
        self._troubles.clear("denoiser")
        if wanted != present:
            Thread(target=self._open, args=(self._turn, wanted, present), daemon=True).start()

    def watch(self, present: str, late: bool) -> None:
        """Is told of every block whether it was late; one of another make may be too slow here."""
        if present not in OTHERS:
            self._late = 0.0
            return
        self._late = self._late * _FORGETS + late
        if self._late > _STRAINED:
            name = OTHERS[present].title
            self._troubles.put("denoiser", Reason.of("denoiser.slow", name=name))
        elif self._late < _AT_EASE:
            self._troubles.clear("denoiser")

    def take(self) -> Path | None:
        """What was found for the last question, once."""
        found, self._found = self._found, None
        return found[1] if found and found[0] == self._turn else None

    def _open(self, turn: int, name: str, present: str) -> None:
        step_aside()
        try:
            path = self._opened(name)
        except VcamError as error:
            if turn == self._turn:
                reason = Reason.of("denoiser.stand_in", cause=error.reason)
                self._troubles.put("denoiser", reason)
            if present == FAST:
                return
            path = self._opened(FAST)
        if turn == self._turn:
            self._found = turn, path

    def _opened(self, name: str) -> Path:
        opened = self._opener(name)
        return Path(AudioPipeline(self._stages(opened)), name, opened.provider)
