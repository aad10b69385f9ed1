"""One block of sound through its stages: before the spectrum, in it, and after it.

Leaving the denoiser out means the plain spectrum and not another path: overlap-add then fades from
one to the other within 10 ms and the delay stays, so that bypass, a slow block or a failing network
are heard neither as a gap nor as a click.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vcam.audio import frames
from vcam.audio.frames import Block, Spectrum
from vcam.audio.stages.contract import Row, SoundStage, SoundWork
from vcam.audio.stages.order import AudioOptions
from vcam.schema.reasons import Reason

if TYPE_CHECKING:
    from vcam.lips import LipObservation

SILENCE_DB = -120.0
_NOTHING: tuple[Block, Spectrum, tuple[()]] = (
    np.zeros(frames.HOP, np.float32),
    np.zeros(frames.BINS, np.complex64),
    (),
)
Stage = SoundStage[Any, AudioOptions]


class AudioState(NamedTuple):
    """What one block leaves behind for the next: of the spectrum, and of each stage by its name.

    `ahead` are the newest blocks, each with its spectrum and the mouths of its moment, that wait
    until the denoiser has looked far enough ahead; `number` counts the blocks.
    """

    frames: frames.FrameState
    stages: Mapping[str, Any]
    ahead: tuple[tuple[Block, Spectrum, tuple[LipObservation, ...]], ...] = ()
    number: int = 0


class AudioResult(NamedTuple):
    """One block of output.

    Attributes:
        block: float32 ``(480,)`` in [-1, 1].
        heard: the same of what came in.
        late: by how many samples `block` is behind `heard`: the pipeline's latency, or more now.
        bypassed: a mask was wanted but this block went through without one.
        errors: why, by the name of each stage that failed.
        level_in_db, level_out_db: RMS in dBFS, at least -120.
        stages: milliseconds by stage.
    """

    block: Block
    heard: Block
    late: int
    bypassed: bool
    errors: Mapping[str, Reason]
    level_in_db: float
    level_out_db: float
    stages: dict[str, float]

    @property
    def error(self) -> Reason | None:
        """The first of them."""
        return next(iter(self.errors.values()), None)


class AudioPipeline:
    """The stages around the streaming spectrum. Without any: plain voice.

    `latency` is by how many samples the output is behind the input, at least. With `reference` a
    stage wants what the loudspeakers play.
    """

    def __init__(
        self, stages: Sequence[Stage] = (), *, timer: Callable[[], float] | None = None
    ) -> None:
        """`timer` gives seconds and is asked between the stages; without it none are timed."""
        self._rows: dict[Row, list[Stage]] = {"before": [], "mask": [], "after": []}
        for stage in stages:
            self._rows[stage.row].append(stage)
        self._timer = timer
        self._lookahead = max((stage.lookahead for stage in stages), default=0)
        self.latency = (
            frames.DELAY + sum(stage.latency for stage in stages) + self._lookahead * frames.HOP
        )
        self.reference = any(stage.reference for stage in stages)

    def step(
        self,
        state: AudioState | None,
        block: Block,
        options: AudioOptions,
        mouths: tuple[LipObservation, ...] = (),
        *,
        reference: Block | None = None,
        late: bool = False,
    ) -> tuple[AudioState, AudioResult]:
        """Takes in one block and gives out an earlier one, enhanced. Raises nothing a stage raises.

        Args:
            state: what the last step returned; None starts from silence.
            block: float32 ``(480,)`` in [-1, 1]; NaN counts as silence, more is clipped.
            options: see `AudioOptions`.
            mouths: those at the block's capture time, none without a usable face.
            reference: float32 ``(480,)``, what the loudspeakers played at that time, if known.
            late: there is no time for a mask now.
        """
        state = state or AudioState(frames.start(), {})
        turn = _Turn(state.stages, options, self._timer)
        heard = sane(block)
        work = SoundWork(heard, None, None, mouths, reference, None, state.number)
        work = turn.run(self._rows["before"], work)
        history, newest = frames.analyse(state.frames.history, work.block)
        turn.lap("analyse")
        ahead = (*state.ahead, (work.block, newest, mouths))
        following, spectrum, mouths = ahead[0] if len(ahead) > self._lookahead else _NOTHING
        work = work._replace(spectrum=spectrum, mouths=mouths, recent=history)
        if late:
            turn.skip(self._rows["mask"])
        else:
            work = turn.run(self._rows["mask"], work)
        if work.clean is not None:
            spectrum = work.clean
        overlap, out = frames.synthesise(state.frames.overlap, spectrum)
        turn.lap("synthesise")
        if self._rows["after"]:
            out = turn.run(self._rows["after"], work._replace(block=out, ahead=following)).block
        out = sane(out)
        result = AudioResult(
            block=out,
            heard=heard,
            late=self.latency + turn.late,
            bypassed=work.mask is None and any(map(turn.wants, self._rows["mask"])),
            errors=turn.errors,
            level_in_db=level_db(heard),
            level_out_db=level_db(out),
            stages=turn.times,
        )
        after = AudioState(
            frames.FrameState(history, overlap),
            turn.states,
            ahead[-self._lookahead :] if self._lookahead else (),
            state.number + 1,
        )
        return after, result


class _Turn:
    """The stages' turn with one block: the `states`, `times` and `errors` of it, by stage.

    `late` is by how many samples they delay it beside what they always do.
    """

    def __init__(
        self, before: Mapping[str, Any], options: AudioOptions, timer: Callable[[], float] | None
    ) -> None:
        self.states: dict[str, Any] = {}
        self.times: dict[str, float] = {}
        self.errors: dict[str, Reason] = {}
        self.late = 0
        self._before = before
        self._options = options
        self._timer = timer
        self._began = timer() if timer else 0.0

    def wants(self, stage: Stage) -> bool:
        left_out = self._options.bypass and not stage.despite_bypass
        return not left_out and stage.wanted(self._options)

    def run(self, stages: Sequence[Stage], work: SoundWork) -> SoundWork:
        """A stage that fails is left out and says so."""
        for stage in stages:
            wanted, state = self.wants(stage), self._before.get(stage.name)
            if not wanted and state is None:
                continue
            try:
                if wanted:
                    state, done = stage.step(state, work, self._options)
                else:
                    done = stage.leave(state, work)
                _refuse_nonsense(done, work)
            except Exception as failure:  # whatever a stage does, the voice goes through
                self.errors[stage.name] = Reason.of(stage.failure, error=_brief(failure))
                work = stage.instead(work, self._options)
            else:
                work = done
                if wanted:
                    self.states[stage.name] = state
                    self.late += stage.late(state)
            self.lap(stage.name)
        return work

    def skip(self, stages: Sequence[Stage]) -> None:
        """They go on with the next block where they are."""
        for stage in filter(self.wants, stages):
            self.states[stage.name] = self._before.get(stage.name)

    def lap(self, name: str) -> None:
        if self._timer:
            now = self._timer()
            self.times[name] = (now - self._began) * 1e3
            self._began = now


def sane(block: Block) -> Block:
    """The block with NaN as 0 and everything within [-1, 1]."""
    if not np.maximum.reduce(np.abs(block)) <= 1.0:
        block = np.clip(np.nan_to_num(block, nan=0.0), -1.0, 1.0)
    return block


def level_db(block: Block) -> float:
    """RMS in dB relative to full scale, at least `SILENCE_DB`."""
    power = float(block @ block) / max(1, len(block))
    return max(SILENCE_DB, 10 * math.log10(power)) if power > 0 else SILENCE_DB


def _refuse_nonsense(done: SoundWork, before: SoundWork) -> None:
    if done.mask is not before.mask and done.mask is not None:
        _refuse_array("mask", done.mask, frames.BINS)
    if done.clean is not before.clean and done.clean is not None:
        _refuse_array("spectrum", done.clean, frames.BINS)
    if done.block is not before.block:
        _refuse_array("sound", done.block, frames.HOP)


def _refuse_array(what: str, values: np.ndarray, length: int) -> None:
    if values.shape != (length,):
        raise ValueError(f"its {what} has the shape {values.shape}")
    if not np.isfinite(values.sum()):
        raise ArithmeticError(f"its {what} is not finite")


def _brief(failure: Exception) -> str:
    """The first line of what went wrong: ONNX Runtime tells stories."""
    return (str(failure).strip() or type(failure).__name__).splitlines()[0][:120]
