"""The one exception a user sees, and what is said of all others."""

from __future__ import annotations

from typing import Any

from vcam.schema.reasons import Reason


class VcamError(Exception):
    """What is wrong, where, and what to do about it: `VcamError("camera.in_use", name=…)`.

    `reason` is the value, `str(error)` its English sentence.
    """

    def __init__(self, reason: Reason | str, /, **values: Any) -> None:
        """A reason, or the key of one with what `Reason.of` takes beside it."""
        self.reason = reason if isinstance(reason, Reason) else Reason.of(reason, **values)
        super().__init__(self.reason)


def brief(error: BaseException) -> str:
    """The first line of what others raise, to be said in a sentence: some tell stories."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(" .")
