"""Long films whose pictures are made in spans, here or on many machines, and joined unseen.

A span is whole sections, each of which is encoded by itself. What draws its pictures begins one
section earlier, knowing nothing, so that a span depends on nothing that is done before it; and the
span before fades into it at its end. That is done wherever a film is enhanced, so that the same
film comes out. The sound, which is quick, is made where the spans are joined, in one go and with
what was seen of the lips: its network remembers too long to be begun anew.
"""

from __future__ import annotations

from typing import NamedTuple

SECTION = 10
"""Seconds of pictures that are encoded together, and lost when the job is killed."""

LEAD_IN = SECTION
"""Seconds before a span that are gone through."""

FADE = 4.0
"""Seconds at a span's end in which the next one's pictures come in."""

LENGTH = 300
"""Seconds of a span."""


class Span(NamedTuple):
    """Seconds from the film's beginning."""

    begin: int = 0
    end: float = float("inf")

    @property
    def start(self) -> int:
        """Where it is gone into."""
        return max(0, self.begin - LEAD_IN)

    def holds(self, time: float) -> bool:
        return self.begin <= time < self.end


WHOLE = Span()


def share_of_next(time: float, end: float) -> float:
    """Of a picture, at a time in a span that ends."""
    return max(0.0, 1 - (end - time) / FADE)


def spans_of(length: float) -> list[Span]:
    """A film's, by its seconds; the last one takes what is too short to stand alone. One that is
    short is one span."""
    begins = range(0, max(LENGTH, int(length) - LENGTH // 2), LENGTH)
    return [Span(begin, begin + LENGTH) for begin in begins[:-1]] + [Span(begins[-1])]
