"""What the daemon, the doctor and `vcam enhance` have to say, in the windows' language."""

from __future__ import annotations

from collections.abc import Iterable

from vcam.schema.reasons import Reason, advised, said
from vcam_ui.words.language import tr


def in_words(reason: Reason | None) -> str:
    """The sentence of a reason; empty for none."""
    return said(reason, "window", tr) if reason else ""


def all_in_words(reasons: Iterable[Reason]) -> str:
    """One sentence a line."""
    return "\n".join(map(in_words, reasons))


def advice(reason: Reason | None) -> str:
    """What to do about it, as a sentence of its own; empty where the reason says so itself."""
    return advised(reason, "window", tr) if reason else ""
