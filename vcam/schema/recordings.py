"""The settings of a call, for recordings: what is the same there, and what is not."""

from __future__ import annotations

from typing import Any

from vcam.schema.errors import VcamError
from vcam.schema.settings import SETTINGS, Settings, changed

FOR_RECORDINGS = {key: one for key, one in SETTINGS.items() if one.recordings}

_UNTOUCHED: dict[str, Any] = {"background": "none"} | {
    key: one.states[0] if one.states else one.default
    for key, one in FOR_RECORDINGS.items()
    if one.group in ("picture", "background") and key != "background"
}


def for_recordings(**changes: Any) -> Settings:
    """The settings for a recording, of which what is not chosen leaves the picture as it is.

    Only who hides the room is lit as in a call. Raises VcamError as `changed` does, and for a
    setting that recordings do not have.
    """
    for key in changes:
        if key in SETTINGS and key not in FOR_RECORDINGS:
            known = ", ".join(FOR_RECORDINGS)
            raise VcamError("settings.not_for_recordings", name=key, known=known)
    settings = changed(Settings(), _UNTOUCHED | changes)
    if settings.background != "none" and "brightness" not in changes:
        settings = settings.model_copy(update={"brightness": True})
    return settings


def touches_picture(settings: Settings) -> bool:
    """Whether a recording's picture becomes another one."""
    return any(
        getattr(settings, key) != value and FOR_RECORDINGS[key].counts(settings)
        for key, value in _UNTOUCHED.items()
    )
