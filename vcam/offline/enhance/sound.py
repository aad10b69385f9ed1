"""Enhances sound files with the live code: the same blocks, the same networks, the same state.

Every channel goes through by itself at 48 kHz and comes back at the file's rate, where the result
can have it, as long as it was and aligned with it. Of files above 48 kHz only what lies below
24 kHz is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.order import AudioOptions
from vcam.lips import LOOKAHEAD, LipObservation, select
from vcam.offline import sound_file
from vcam.offline.enhance.resume import KEEP, Result, Work
from vcam.offline.media import what_is_missing
from vcam.offline.sound_file import Measured, Samples, SoundFormat
from vcam.offline.sound_tags import left_out, words_of, write_words
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason

_NAME = "sound"
_SHARE = 0.9  # of the time: cleaning, beside putting together
_AUDIBLE, _INAUDIBLE = 0.01, 0.0001  # largest samples
_HOLDS_MORE = ("FLOAT", "DOUBLE")  # than full scale
NOTICED = 1.26  # 2 dB: what is made quieter by less is not told
_OVERSHOOT = 1.1  # a resampled signal's peaks lie between the original's samples


def enhance_file(
    pipeline: AudioPipeline,
    options: AudioOptions,
    source: Path,
    work: Work,
    report: Callable[[float], None],
    lip_track: NDArray[np.void] | None = None,
    track: int = 0,
) -> list[Reason]:
    """One sound track of a file, with its `lip_track` if it has one, as the work's part. Returns
    what is worth knowing about it. What would be above full scale is made quieter as a whole where
    the file cannot hold it.

    Raises VcamError when it cannot be read, written or denoised, or nothing would be heard.
    """
    known: SoundProgress = work.state.get(_NAME) or SoundProgress(
        sound_file.measure(source, track), []
    )
    measured = known.measured
    form = sound_file.holdable(work.target, measured.form)
    scale = headroom(measured.peak, measured.form.rate)
    if not known.finished:
        _clean(pipeline, options, source, track, work, report, lip_track, known, scale)
    frames, written, peak = round(measured.seconds * form.rate), 0, 0.0
    words = words_of(source, track)
    with sound_file.written(work, form, frames=frames) as file:
        write_words(file, words)
        above = 1.0 if file.subtype in _HOLDS_MORE else _above(work, form, scale)
        order = sound_file.order_in(file)
        channels = [_returned(work, channel, form.rate) for channel in order]
        for parts in zip(*channels, strict=True):
            whole = np.stack(parts, axis=1)[: frames - written]
            file.write(whole * np.float32(scale / above))
            written += len(whole)
            peak = max(peak, float(np.abs(whole).max(initial=0.0)))
        file.write(np.zeros((frames - written, form.channels), np.float32))
    refuse_silence(source, [(measured.peak, peak * scale)])
    report(1.0)
    notes = what_is_missing(source, measured.damaged, measured.cut)
    if above > NOTICED:
        notes.append(Reason.of("enhance.lowered", path=work.target))
    if names := ", ".join(left_out(work.part, words)):
        notes.append(Reason.of("enhance.left_out", path=work.target, names=names))
    return notes


def headroom(peak: float, rate: int) -> float:
    """What sound is divided by so that nothing of it is above full scale, at its rate and at
    48 kHz."""
    return max(1.0, peak * (1.0 if rate == RATE else _OVERSHOOT))


def _above(work: Work, form: SoundFormat, scale: float) -> float:
    """By how much what was cleaned, and is made `scale` times as loud again, is above full
    scale."""
    if scale == 1.0:
        return 1.0
    pieces = (made.data for channel in range(form.channels) for made in work.results(channel))
    peak = scale * max(
        (float(np.abs(one).max()) for one in sound_file.unpacked(pieces)), default=0.0
    )
    return headroom(peak, form.rate) if peak > 1.0 else 1.0


def refuse_silence(source: Path, peaks: Sequence[tuple[float, float]]) -> None:
    """`peaks` are the largest samples of each track, before and after.

    Raises VcamError when nothing is heard any more of a recording that had sound.
    """
    if any(before > _AUDIBLE for before, _ in peaks) and all(
        after < _INAUDIBLE for _, after in peaks
    ):
        raise VcamError("enhance.silent", path=source)


class SoundProgress(NamedTuple):
    """What a stopped job leaves."""

    measured: Measured
    channels: list[ChannelState]
    finished: bool = False


def _clean(
    pipeline: AudioPipeline,
    options: AudioOptions,
    source: Path,
    track: int,
    work: Work,
    report: Callable[[float], None],
    lip_track: NDArray[np.void] | None,
    known: SoundProgress,
    scale: float,
) -> None:
    """Puts every channel, divided by the scale, at 48 kHz into the work."""
    measured, form = known.measured, known.measured.form
    seen = None if lip_track is None else partial(select, lip_track, ahead=LOOKAHEAD)
    channels = [ChannelEnhancer(pipeline, options, form.rate, seen) for _ in range(form.channels)]
    for channel, state in zip(channels, known.channels, strict=False):
        channel.go_on(state)
    made: list[list[Block]] = [[] for _ in channels]

    def keep(finished: bool) -> None:
        results = {}
        for number, parts in enumerate(made):
            sound = np.concatenate([*parts, np.zeros(0, np.float32)])
            if len(sound):
                data = sound_file.packed(sound[:, None], RATE, "PCM_24")
                results[number] = [Result(0, 0, len(sound), True, data)]
            parts.clear()
        states = [channel.state for channel in channels]
        work.keep(_NAME, SoundProgress(measured, states, finished), results)

    read, kept = 0, monotonic()
    for chunk in sound_file.read(source, form, track):
        read += len(chunk)
        chunk = _finite(chunk, measured.peak) / np.float32(scale)
        for number, channel in enumerate(channels):
            made[number].append(channel.push(chunk[:, number]))
        report(_SHARE * read / max(1, measured.frames, read))
        if monotonic() - kept > KEEP:
            keep(finished=False)
            kept = monotonic()
    for number, channel in enumerate(channels):
        made[number].append(channel.finish())
    keep(finished=True)


def _returned(work: Work, channel: int, rate: int) -> Iterator[Block]:
    """A cleaned channel at the recording's rate, at least as long as it."""
    pieces = sound_file.unpacked(made.data for made in work.results(channel))
    if rate == RATE:
        yield from (sound[:, 0] for sound in pieces)
        return
    back = soxr.ResampleStream(RATE, rate, 1, "float32", "VHQ")
    for sound in pieces:
        yield back.resample_chunk(np.ascontiguousarray(sound[:, 0]))
    yield back.resample_chunk(np.zeros(0, np.float32), last=True)


class ChannelState(NamedTuple):
    """Where a channel is: samples at 48 kHz that went through, and what they left behind."""

    done: int
    audio: AudioState | None


class ChannelEnhancer:
    """One channel of any rate: `push` sound as it comes, `finish` for the rest. It comes out at
    48 kHz, aligned with what went in, but maybe a little later."""

    def __init__(
        self,
        pipeline: AudioPipeline,
        options: AudioOptions,
        rate: int,
        seen: Callable[[float], tuple[LipObservation, ...]] | None = None,
    ) -> None:
        """`seen` gives the mouths at a time, in seconds from the first sample."""
        self._pipeline, self._options = pipeline, options
        self._seen = seen
        self._done = 0  # samples that went into the pipeline
        self._state: AudioState | None = None
        self._left = np.zeros(0, np.float32)
        self._ahead = 0  # samples that `state` has seen and are still to come again
        self._surplus = pipeline.latency
        self._inward = None
        if rate != RATE:
            self._inward = soxr.ResampleStream(rate, RATE, 1, "float32", "VHQ")

    @property
    def state(self) -> ChannelState:
        return ChannelState(self._done, self._state)

    def go_on(self, state: ChannelState) -> None:
        """Takes up another channel's `state`: the same sound from its beginning then gives what
        that channel has not given yet."""
        self._done, self._state = state
        self._ahead = self._done
        self._surplus = max(0, self._pipeline.latency - self._done)

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
            sound = np.pad(
                sound, (0, -(len(sound) + self._pipeline.latency) % HOP + self._pipeline.latency)
            )
        known = min(self._ahead, len(sound))
        self._ahead -= known
        sound = sound[known:]
        whole = len(sound) // HOP * HOP
        self._left = sound[whole:]
        out = self._blocks(sound[:whole])
        cut = min(self._surplus, len(out))
        self._surplus -= cut
        return out[cut:]

    def _blocks(self, sound: Block) -> Block:
        out = np.empty_like(sound)
        for begin in range(0, len(sound), HOP):
            block = sound[begin : begin + HOP]
            seen = () if self._seen is None else self._seen(self._done / RATE)
            self._state, result = self._pipeline.step(self._state, block, self._options, seen)
            self._done += HOP
            if result.error:
                raise VcamError(result.error)
            out[begin : begin + HOP] = result.block
        return out


def _finite(samples: Samples, peak: float) -> Samples:
    """NaN becomes silence, infinity the peak."""
    if np.isfinite(samples.sum()):
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=max(1.0, peak), neginf=-max(1.0, peak))
