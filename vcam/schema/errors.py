"""The one exception a user sees."""

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
