"""What is done to recordings."""

from __future__ import annotations

from dataclasses import dataclass, field

from vcam.audio.options import audio_options
from vcam.audio.stages.order import sound_stages
from vcam.offline.separation.names import called
from vcam.offline.superres import FACTORS
from vcam.offline.transcript.recognise import TranscriptOptions, refuse_mistakes
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings, touches_picture
from vcam.schema.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EnhanceOptions:
    """`settings` as they are in a call; those count that are declared for recordings. Films become
    `superres` times as wide and high. With a `transcript`, what is said is written into text files
    beside the result. With `split_voices` everyone who is seen gets a sound track and file, called
    by one of `names`, as they come and from left to right, or else Person 1 and so on. `track` is
    the number of the sound track with the voice, from 1; None is where one is found.
    """

    settings: Settings = field(default_factory=for_recordings)
    superres: int = 1
    transcript: TranscriptOptions | None = None
    split_voices: bool = False
    names: tuple[str, ...] = ()
    track: int | None = None


def refuse_options(options: EnhanceOptions) -> None:
    """Raises VcamError when nothing is to be done, or something that is not offered."""
    if options.superres not in FACTORS:
        raise VcamError("enhance.factor", factor=options.superres)
    asked = touches_sound(options.settings) or options.transcript or options.split_voices
    if not (draws(options) or asked):
        raise VcamError("enhance.nothing")
    if options.transcript is not None:
        refuse_mistakes(options.transcript)
    if options.names and not options.split_voices:
        raise VcamError("split.names_alone")
    called(options.names)


def draws(options: EnhanceOptions) -> bool:
    """Whether a recording's picture becomes another one."""
    return touches_picture(options.settings) or options.superres > 1


def touches_sound(settings: Settings) -> bool:
    """Whether a recording's sound becomes another one."""
    options = audio_options(settings)
    return settings.denoise or any(stage.wanted(options) for stage in sound_stages(None))
