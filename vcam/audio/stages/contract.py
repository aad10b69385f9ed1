"""What a stage is: one thing that is done to a block of sound on its way through the pipeline.

Stages stand in three rows: ``before`` the spectrum is made (an echo canceller), on the ``mask`` of
the spectrum (denoiser, lip gate), and ``after`` sound is made of it again (gain, limiter). Which
there are, and in which order, is in `vcam.audio.stages.order`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import Block, Spectrum

if TYPE_CHECKING:
    from vcam.audio.stages.guard import Lips
    from vcam.lips import LipObservation

Mask = NDArray[np.float32]
Row = Literal["before", "mask", "after"]
S = TypeVar("S")
OptionsT = TypeVar("OptionsT", contravariant=True)


class SoundWork(NamedTuple):
    """One block on its way.

    Attributes:
        block: float32 ``(HOP,)`` in [-1, 1]: what came in, in the row ``after`` what goes out.
        spectrum: complex64 ``(BINS,)`` from `frames.analyse`, of the pipeline's `lookahead` before
            `block`; None in the row ``before``.
        mask: float32 ``(BINS,)`` in (0, 1], how much is left of each bin; None until a denoiser
            gives it, and then the voice is plain.
        clean: complex64 ``(BINS,)``, what goes out in place of `spectrum`, given with `mask`; who
            changes one changes both alike.
        mouths: those at the block's capture time, none without a usable face.
        lips: what the lips of who is seen do, once the lip gate has looked.
        reference: float32 ``(HOP,)``, what the loudspeakers played at that time; None where nobody
            tells.
        number: how many blocks of this stream came before.
        recent: float32 ``(LOOKBACK - HOP,)``, the newest sound, `block` at its end; None in the row
            ``before``.
        ahead: in the row ``after``, float32 ``(HOP,)``: the block that goes out next, as it was
            before the mask.
    """

    block: Block
    spectrum: Spectrum | None = None
    mask: Mask | None = None
    mouths: tuple[LipObservation, ...] = ()
    reference: Block | None = None
    clean: Spectrum | None = None
    number: int = 0
    recent: Block | None = None
    ahead: Block | None = None
    lips: Lips = "unclear"


class SoundStage(ABC, Generic[S, OptionsT]):
    """A stage holds networks and constants; what a block leaves behind for the next is a value.
    `S` is that value, `OptionsT` the options it obeys.

    `name` is its key among the states and the times. `latency` is by how many samples it delays the
    sound, always: a stage with one is wanted under all options, stays `despite_bypass` and delays
    what goes on `instead`. `lookahead`, in the row ``mask``, is how many blocks it hears beyond the
    spectrum; then the pipeline holds that back, and the stage need do nothing about it. With
    `reference` it wants what the loudspeakers play. `failure` is the key of the sentence that is
    said when `step` raises, with the `error` in it. With `despite_bypass` it is there under
    `bypass` as well.
    """

    name: ClassVar[str]
    row: ClassVar[Row]
    latency: int = 0
    lookahead: int = 0
    reference: bool = False
    failure: ClassVar[str]
    despite_bypass: ClassVar[bool] = False

    def late(self, state: S) -> int:
        """By how many samples beyond `latency` it delays the sound, in this `state`."""
        return 0

    @abstractmethod
    def wanted(self, options: OptionsT) -> bool:
        """Whether it has anything to do. While not, it is left out and what it knew forgotten."""

    @abstractmethod
    def step(
        self, state: S | None, work: SoundWork, options: OptionsT
    ) -> tuple[S | None, SoundWork]:
        """Takes a block one stage on; `state` is what the last call returned, None starts anew.

        May raise anything: then the pipeline goes on with `instead` and starts the stage anew with
        the next block. The same holds for a block or mask that is not finite or of another shape.
        """

    def leave(self, state: S, work: SoundWork) -> SoundWork:
        """What goes on in the first block in which it is not `wanted` any more, so that nothing
        jumps; `state` is what the last `step` returned. May raise anything."""
        return work

    def instead(self, work: SoundWork, options: OptionsT) -> SoundWork:
        """What goes on when `step` failed: `work` as it was. Raises nothing."""
        return work
