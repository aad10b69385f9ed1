"""From what a person chose to what the sound's pipeline obeys, live and on recordings."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from vcam.audio.stages.order import AudioOptions
from vcam.schema.settings import SETTINGS, Settings


def audio_options(settings: Settings) -> AudioOptions:
    """What is called the same in both is taken over."""
    chosen: dict[str, Any] = {
        field.name: getattr(settings, field.name)
        for field in fields(AudioOptions)
        if field.name in SETTINGS
    }
    return AudioOptions(**chosen | {"strength": settings.strength / 100})
