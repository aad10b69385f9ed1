"""Enhances sound files with the live code: the same blocks, the same networks, the same state.

Every channel goes through by itself at 48 kHz and comes back at the file's rate, as long as it was
and aligned with it. Of files above 48 kHz only what lies below 24 kHz is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from vcam.audio.frames import DELAY, HOP, RATE, Block
from vcam.audio.pipeline import AudioOptions, AudioPipeline, AudioState
from vcam.errors import VcamError
from vcam.lips import LipObservation, select
from vcam.offline import sound_file
from vcam.offline.sound_file import Samples
from vcam.offline.work import Work

_OVERSHOOT = 1.1  # a resampled signal's peaks lie between the original's samples


def enhance_file(
    pipeline: AudioPipeline,
    options: AudioOptions,
    source: Path,
    work: Work,
    report: Callable[[float], None],
    track: NDArray[np.void] | None = None,
) -> None:
    """One file, with its `lip_track` if it has one, as the work's part.

    Raises VcamError when it cannot be read, written or denoised.
    """
    form = sound_file.describe(source)
    frames, peak = _measured(source)
    scale = np.float32(max(1.0, peak * (1.0 if form.rate == RATE else _OVERSHOOT)))
    seen = None if track is None else partial(select, track)
    channels = [ChannelEnhancer(pipeline, options, form.rate, seen) for _ in range(form.channels)]
    written = 0
    with sound_file.written(work, form, frames=frames) as file:

        def put(parts: list[Block], last: bool) -> None:
            nonlocal written
            whole = np.stack(parts, axis=1)[: frames - written]
            if last and written + len(whole) < frames:
                whole = np.pad(whole, ((0, frames - written - len(whole)), (0, 0)))
            file.write(whole * scale)
            written += len(whole)

        for chunk in sound_file.read(source):
            chunk = _finite(chunk, peak) / scale
            put([c.push(chunk[:, i]) for i, c in enumerate(channels)], last=False)
            report(written / max(1, frames))
        put([channel.finish() for channel in channels], last=True)
    report(1.0)


class ChannelState(NamedTuple):
    """Where a channel is: samples at 48 kHz that went through, and what they left behind."""

    done: int
    audio: AudioState | None


class ChannelEnhancer:
    """One channel, any rate: `push` sound as it comes, `finish` for the rest. What comes out is
    aligned with what went in, but may come a little later."""

    def __init__(
        self,
        pipeline: AudioPipeline,
        options: AudioOptions,
        rate: int,
        seen: Callable[[float], LipObservation | None] | None = None,
        *,
        out_rate: int | None = None,
    ) -> None:
        """`seen` gives the mouth at a time, in seconds from the first sample. The sound comes out
        at `out_rate`, by default as it went in."""
        self._pipeline, self._options = pipeline, options
        self._seen = seen
        self._done = 0  # samples that went into the pipeline
        self._state: AudioState | None = None
        self._left = np.zeros(0, np.float32)
        self._ahead = 0  # samples that `state` has seen and are still to come again
        self._surplus = DELAY
        out_rate = out_rate or rate
        self._inward = self._outward = None
        if rate != RATE:
            self._inward = soxr.ResampleStream(rate, RATE, 1, "float32", "VHQ")
        if out_rate != RATE:
            self._outward = soxr.ResampleStream(RATE, out_rate, 1, "float32", "VHQ")

    @property
    def state(self) -> ChannelState:
        return ChannelState(self._done, self._state)

    def go_on(self, state: ChannelState) -> None:
        """Takes up another channel's `state`: the same sound from its beginning then gives what
        that channel has not given yet. Only where the sound comes out at 48 kHz."""
        self._done, self._state = state
        self._ahead = self._done
        self._surplus = max(0, DELAY - self._done)

    def push(self, sound: Block) -> Block:
        """float32 ``(n,)`` in [-1, 1] → float32 ``(m,)``."""
        return self._push(np.ascontiguousarray(sound), last=False)

    def finish(self) -> Block:
        """What is still inside; at least as much as was pushed has then come out."""
        return self._push(np.zeros(0, np.float32), last=True)

    def _push(self, sound: Block, *, last: bool) -> Block:
        if self._inward is not None:
            sound = self._inward.resample_chunk(sound, last=last)
        sound = np.concatenate([self._left, sound])
        if last:
            sound = np.pad(sound, (0, -len(sound) % HOP + DELAY))
        known = min(self._ahead, len(sound))
        self._ahead -= known
        sound = sound[known:]
        whole = len(sound) // HOP * HOP
        self._left = sound[whole:]
        out = self._blocks(sound[:whole])
        cut = min(self._surplus, len(out))
        self._surplus -= cut
        out = out[cut:]
        return out if self._outward is None else self._outward.resample_chunk(out, last=last)

    def _blocks(self, sound: Block) -> Block:
        out = np.empty_like(sound)
        for begin in range(0, len(sound), HOP):
            block = sound[begin : begin + HOP]
            seen = None if self._seen is None else self._seen(self._done / RATE)
            self._state, result = self._pipeline.step(self._state, block, self._options, seen)
            self._done += HOP
            if result.error:
                raise VcamError(result.error)
            out[begin : begin + HOP] = result.block
        return out


def _measured(path: Path) -> tuple[int, float]:
    """How many frames the file really has, and the largest finite sample."""
    frames, peak = 0, 0.0
    for chunk in sound_file.read(path):
        frames += len(chunk)
        magnitude = np.abs(chunk)
        magnitude[~np.isfinite(magnitude)] = 0.0
        peak = max(peak, float(magnitude.max()))
    return frames, peak


def _finite(samples: Samples, peak: float) -> Samples:
    """NaN becomes silence, infinity the peak."""
    if np.isfinite(samples.sum()):
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=max(1.0, peak), neginf=-max(1.0, peak))
