"""What is done to recordings."""

from __future__ import annotations

from dataclasses import dataclass, field

from vcam.offline.transcript.recognise import TranscriptOptions
from vcam.schema.recordings import for_recordings
from vcam.schema.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EnhanceOptions:
    """`settings` as they are in a call; those count that are declared for recordings. Films become
    `superres` times as wide and high. With a `transcript`, what is said is written into text files
    beside the result. `track` is the number of the sound track with the voice, from 1; None is
    where one is found.
    """

    settings: Settings = field(default_factory=for_recordings)
    superres: int = 1
    transcript: TranscriptOptions | None = None
    track: int | None = None
