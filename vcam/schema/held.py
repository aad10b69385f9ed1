"""What counts now: the settings, with *Away* and a key that is held."""

from __future__ import annotations

from typing import Literal

from vcam.schema.settings import Settings

HeldKey = Literal["talk", "cough"]
"""Push-to-talk, which is heard through the mute, and push-to-mute, which is silent without it."""


def in_effect(settings: Settings, held: HeldKey | None) -> Settings:
    """The settings as camera and microphone obey them."""
    mute = settings.mute or settings.away
    return settings.model_copy(
        update={
            "mute": held == "cough" or (mute and held != "talk"),
            "pause": settings.pause or settings.away,
        }
    )
