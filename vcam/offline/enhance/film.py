"""Enhances films: the picture's and the sound's live pipelines on one recording, in one pass.

What is not touched is copied. Memory does not grow with the film's length.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any, NamedTuple

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

from vcam.lips import RECORD
from vcam.media_file.promised import Cut, cut_short
from vcam.offline import media
from vcam.offline.enhance.drawing import Stand, VideoProcessor
from vcam.offline.enhance.film_plan import (
    FilmOptions,
    FilmPipelines,
    NamedSound,
    Plan,
    planned,
)
from vcam.offline.enhance.findings import Findings, Loss, joined, judged
from vcam.offline.enhance.loudness import scales_of
from vcam.offline.enhance.output import assemble
from vcam.offline.enhance.pictures import END, position_at
from vcam.offline.enhance.resume import KEEP, Halted, Result, Work
from vcam.offline.enhance.spans import Span
from vcam.offline.enhance.tracks import (
    AudioProcessor,
    KnownLips,
    LipTrack,
    StreamProcessor,
)
from vcam.offline.sound_track import is_heard
from vcam.offline.timestamps import demuxed, end_of, is_end
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason

_SLACK = 0.1  # seconds by which the length of a last packet may be wrong
_NAME = "film"
_LIPS = -1  # the track of what was seen of the lips, among the results


def enhance_film(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    report: Callable[[float], None],
    track: int = 0,
    voices: Sequence[NamedSound] = (),
    mouths: KnownLips | None = None,
) -> list[Reason]:
    """One film, put together as the work's part. Returns what is worth knowing about it. `track`
    is the number of the sound track that belongs to the face, from 0; `voices` become sound tracks
    as well, and `mouths` are the lips that count where they are known.

    Raises VcamError when it cannot be read, is damaged or cut short, or cannot be written.
    """
    begun = _begun(pipelines, options, source, work, track, voices, mouths)
    with begun as (container, output, plan):
        drawn = any(isinstance(one, VideoProcessor) for one in plan.processors.values())
        share = 0.98 if drawn else 0.75
        found = _make(container, plan, work, source, lambda done: report(share * done))
        missing = judged(source, found)
        length = max(1.0, (container.duration or 0) / av.time_base)
        assemble(
            plan.inputs,
            output,
            lambda time: report(min(1.0, share + (1 - share) * time / length)),
        )
    if not work.part.exists():  # no packet came, and nothing was begun
        raise media.unreadable(source)
    report(1.0)
    notes = []
    for key, streams in (
        ("enhance.left_out", plan.left_out),
        ("enhance.empty", plan.empty),
        ("enhance.late", plan.late),
        ("enhance.encoded_anew", plan.encoded_anew),
    ):
        if streams:
            notes.append(Reason.of(key, path=work.target, names=", ".join(streams)))
    if any(sound.lowered for sound in plan.cleaned.values()):
        notes.append(Reason.of("enhance.lowered", path=work.target))
    return notes + media.what_is_missing(source, *missing)


def make_span(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    track: int,
    span: Span,
) -> None:
    """The pictures of a span and the lips in them, kept in the work for `take_up_spans`. Raises
    VcamError."""
    with _begun(pipelines, options, source, work, track) as (container, _, plan):
        film = media.moving_picture(container)
        picture = plan.processors[film.index] if film else None
        if film is None or not isinstance(picture, VideoProcessor):
            raise media.unreadable(source)
        if span.start:
            picture.restore(Stand(position_at(source, film.index, picture.stamp(span.start))))
        picture.span = span
        plan.processors, plan.used, plan.span = {film.index: picture}, [film], span
        mouth = plan.mouth or LipTrack()
        mouth.remembers_all = True
        found = _make(container, plan, work, source, lambda _: None)
        seen = mouth.ring
        lips = Result(0, 0, len(seen), True, seen.tobytes())
        work.keep(_NAME, _Kept(found), {_LIPS: [lips]})


def take_up_spans(work: Work, packed: Sequence[Path]) -> None:
    """What was made of all spans of a film, in order, as if it had been made there: what is left
    is the sound, and to put it together. Raises VcamError."""
    if _NAME not in work.state:
        found = [work.take_up(file)[_NAME].found for file in packed]
        work.keep(_NAME, _Kept(apart=joined(found)))


@contextmanager
def _begun(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    track: int,
    voices: Sequence[NamedSound] = (),
    mouths: KnownLips | None = None,
) -> Iterator[tuple[InputContainer, OutputContainer, Plan]]:
    """The film, what becomes of it, and what becomes of each stream; errors as we say them."""
    with media.opened(source) as container:
        sounds = [stream for stream in container.streams.audio if is_heard(stream)]
        if not options.redraws and not sounds:
            raise VcamError("media.no_sound", path=source)
        if not sounds and media.moving_picture(container) is None:
            raise media.unreadable(source)
        with media.written(work, container) as output:
            try:
                plan = planned(
                    pipelines, options, source, container, output, work, track, voices, mouths
                )
                yield container, output, plan
            except Halted:
                raise
            except VcamError as error:
                if str(source) in str(error):
                    raise
                raise VcamError("enhance.of_file", path=source, cause=error.reason) from error
            except (av.FFmpegError, OSError, ValueError) as error:
                if isinstance(error, OSError) and _of_the_result(error, work):
                    raise work.unwritable(error) from error
                raise media.unreadable(source, error) from error


class _Kept(NamedTuple):
    """What a stopped job leaves, what was `found` once all is made, and what was in pictures that
    were made `apart`; the sound of a stream was divided by its scale."""

    found: Findings | None = None
    streams: Mapping[int, Any] = MappingProxyType({})
    lips: NDArray[np.void] | None = None
    apart: Findings | None = None
    scales: Mapping[int, float] | None = None


def _make(
    container: InputContainer,
    plan: Plan,
    work: Work,
    source: Path,
    report: Callable[[float], None],
) -> Findings:
    """Works on all streams, from where an earlier run was stopped."""
    state: _Kept = work.state.get(_NAME) or _Kept()
    sounds = {i: one for i, one in plan.processors.items() if isinstance(one, AudioProcessor)}
    scales = scales_of(source, sounds) if state.scales is None else state.scales
    for index, sound in sounds.items():
        sound.scale = plan.cleaned[index].scale = scales.get(index, 1.0)
    if state.found is not None:
        return state.found
    for index, its in state.streams.items():
        plan.processors[index].restore(its)
    if plan.mouth is not None and state.lips is not None:
        plan.mouth.ring = state.lips
    if state.apart is not None:
        _pass_over(plan, work)
    begin = float(media.beginning(container))
    first = begin + plan.span.start
    length = min((container.duration or 0) / av.time_base, plan.span.end) - plan.span.start
    processors = plan.processors.values()
    reached, told, kept = begin, 0.0, monotonic()
    ends: list[Packet] = []
    until: dict[int, float] = {}
    damaged: list[float] = []
    cut: Cut | None = None
    for packet in demuxed(source, container, plan.used):
        index = packet.stream_index if packet.size else packet.stream.index
        processor = plan.processors.get(index)
        if packet.size == 0:
            if packet.is_corrupt:
                damaged.append(reached)
            if is_end(packet):
                ends.append(packet)
            elif processor is not None:
                processor.take(packet)
            continue
        end = end_of(packet) or 0.0
        if packet.is_corrupt:
            damaged.append(end)
            packet.is_corrupt = False  # what of it can be decoded is for the decoder to say
        until[index] = max(until.get(index, begin), end)
        reached = max(reached, until[index])
        if processor is not None:
            processor.take(packet)
        for sound in sounds.values():
            sound.go_through()
        if length > 0 and (reached - first) / length > told + 0.002:
            told = (reached - first) / length
            report(min(1.0, told))
        if monotonic() - kept > KEEP:
            _keep(plan, work, state.apart)
            kept = monotonic()
        if processors and all(one.done for one in processors):
            break
    else:
        # The sound last: its end may need the mouth of the last pictures.
        for packet in sorted(ends, key=lambda end: end.stream.type == "audio"):
            if processor := plan.processors.get(packet.stream.index):
                processor.take(packet)
        cut = cut_short(source, container, until, begin)
    losses = {}
    for index, processor in plan.processors.items():
        losses[index], times = _loss(processor, until.get(index, begin), begin, plan.span)
        damaged += times
    seen = [time - begin for time in damaged if plan.span.holds(max(0.0, time - begin))]
    damage = max(0.0, min(seen)) if seen else None
    found = Findings(damage, cut, losses, [sound.peaks for sound in sounds.values()])
    if state.apart is not None:
        found = found.with_picture(state.apart)
    _keep(plan, work, state.apart, found)
    return found


def _pass_over(plan: Plan, work: Work) -> None:
    """The pictures were made apart: what is left is the sound, which hears what was seen there."""
    for processor in plan.processors.values():
        if isinstance(processor, VideoProcessor):
            processor.restore(Stand(END))
    if plan.mouth is not None:
        seen = b"".join(some.data for some in work.results(_LIPS))
        plan.mouth.ring = np.frombuffer(seen, RECORD)


def _loss(
    processor: StreamProcessor, until: float, begin: float, span: Span
) -> tuple[Loss, list[float]]:
    """What of a stream that ends at `until` could not be decoded within a span, and when."""
    lost = [one for one in processor.lost if span.holds(max(0.0, one.time - begin))]
    times = [one.time for one in lost]
    end = min(until, begin + span.end)
    if end - processor.reached > _SLACK:
        times.append(processor.reached)
    seconds = max(sum(one.length for one in lost), end - processor.reached)
    first = max(0.0, min(times) - begin) if times else None
    return Loss(max(0.0, seconds), end - begin, first), times


def _keep(plan: Plan, work: Work, apart: Findings | None, found: Findings | None = None) -> None:
    states, results = {}, {}
    for index, processor in plan.processors.items():
        states[index], results[index] = processor.checkpoint()
    ring = None if plan.mouth is None or apart else plan.mouth.ring
    made = {index: some for index, some in results.items() if some}
    scales = {index: sound.scale for index, sound in plan.cleaned.items()}
    work.keep(_NAME, _Kept(found, states, ring, apart, scales), made)


def _of_the_result(error: OSError, work: Work) -> bool:
    disk = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS)
    return error.errno in disk or str(work.part) in str(error.filename)
