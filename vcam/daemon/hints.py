"""When to say "Face the camera for better sound": once in a call, and only if it would help."""

from __future__ import annotations

from typing import NamedTuple

_UNUSABLE = 4.0  # seconds without a usable face before it is said
_SHOWN = 15.0  # seconds for which it is said
_CALL_OVER = 20.0  # seconds without a reader after which the next one begins a new call


class FaceHint(NamedTuple):
    """`shown` says whether to show it now. Times are monotonic seconds, None: not so."""

    shown: bool = False
    since: float | None = None
    shown_at: float | None = None
    heard_at: float | None = None


def face_hint(hint: FaceHint, now: float, *, in_call: bool, usable: bool) -> FaceHint:
    """The hint after a look at the status.

    Args:
        hint: what the last look gave; `FaceHint()` at the start.
        now: monotonic seconds.
        in_call: somebody records the Enhanced Microphone, lips and hints are on, and the camera
            is live.
        usable: the face can be read, or there is nothing to be heard.
    """
    if not in_call:
        over = hint.heard_at is None or now - hint.heard_at > _CALL_OVER
        return FaceHint() if over else hint._replace(shown=False, since=None)
    hint = hint._replace(heard_at=now)
    if usable:
        return hint._replace(shown=False, since=None)
    since = now if hint.since is None else hint.since
    hint = hint._replace(since=since)
    if hint.shown_at is None and now - since >= _UNUSABLE:
        return hint._replace(shown=True, shown_at=now)
    if hint.shown and hint.shown_at is not None and now - hint.shown_at > _SHOWN:
        return hint._replace(shown=False)
    return hint
