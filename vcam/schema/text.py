"""Words that come from outside, as names of files do, and need not be text."""

from __future__ import annotations

from vcam.schema.reasons import Reason


def not_text(word: str) -> Reason | None:
    """Why neither settings, records nor the media libraries can carry a word; else None."""
    shown = word.encode("utf-8", "replace").decode()
    return None if shown == word else Reason.of("words.not_text", word=shown)
