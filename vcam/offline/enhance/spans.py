"""Long films whose pictures are made in spans, maybe on other machines, and joined without a seam.

A span is whole sections, each of which is encoded by itself in one run too. It is gone into some
seconds before it begins, and what comes out there is thrown away: by then faces and matte are as
they are in one run. The sound, which is quick, is made where the spans are joined, as in one
run and with what they have seen of the lips: its network remembers too long to be begun anew.
"""

from __future__ import annotations

from typing import NamedTuple

SECTION = 10
"""Seconds of pictures that are encoded together, and lost when the job is killed."""

LEAD_IN = 10
"""Seconds before a span that are gone through."""

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


def spans_of(length: float) -> list[Span]:
    """A film's, by its seconds; the last one takes what is too short to stand alone. One that is
    short is one span."""
    begins = range(0, max(LENGTH, int(length) - LENGTH // 2), LENGTH)
    return [Span(begin, begin + LENGTH) for begin in begins[:-1]] + [Span(begins[-1])]
