"""Subtitles that overlap, for MP4 and MOV: those show one text at a time, so that all that are
shown at a moment become one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from av.packet import Packet

_ASS = ("ass", "ssa")
_ASS_FIELDS = 8  # commas before the text, as Matroska has them
_CODES = re.compile(rb"\{[^}]*\}")
_PLAIN = b"{\\b0\\i0\\u0\\r}"  # for FFmpeg's mov_text, \r alone does not end them


class _Cue(NamedTuple):
    end: int
    data: bytes


class OneAtATime:
    """Cues of one stream, in order of time, for one that follows another. Times in its ticks."""

    def __init__(self, codec: str) -> None:
        """`codec` is FFmpeg's name of the kind of text."""
        self._codec = codec
        self._shown: list[_Cue] = []
        self._reached = 0
        self._last: Packet | None = None

    def put(self, packet: Packet) -> Iterator[Packet]:
        """What is shown before a cue begins, as far as it is not known yet."""
        begin = packet.pts or 0
        if self._last is not None:
            begin = max(begin, self._reached)
            yield from self._until(begin)
        self._last, self._reached = packet, begin
        self._shown.append(_Cue(max(begin + 1, begin + (packet.duration or 0)), bytes(packet)))

    def rest(self) -> Iterator[Packet]:
        """What is shown after the last cue has begun."""
        while self._shown:
            yield from self._until(min(cue.end for cue in self._shown))

    def _until(self, time: int) -> Iterator[Packet]:
        while self._shown and self._reached < time:
            end = min(time, *(cue.end for cue in self._shown))
            yield self._packet(self._reached, end)
            self._reached = end
            self._shown = [cue for cue in self._shown if cue.end > end]

    def _packet(self, begin: int, end: int) -> Packet:
        assert self._last is not None
        packet = Packet(self._joined([cue.data for cue in self._shown]))
        packet.pts = packet.dts = begin
        packet.duration, packet.time_base = end - begin, self._last.time_base
        packet.stream = self._last.stream
        return packet

    def _joined(self, texts: list[bytes]) -> bytes:
        if self._codec not in _ASS:
            return b"\n".join(texts)
        first = texts[0].split(b",", _ASS_FIELDS)
        own: dict[bytes, bytes] = {}  # one of those drawn in layers, as a border and what it is of
        for words in (text.split(b",", _ASS_FIELDS)[-1] for text in texts):
            own.setdefault(_CODES.sub(b"", words), words)
        words = (_PLAIN + b"\\N").join(own.values())  # each without the looks of the one before
        return b",".join([*first[:-1], words])
