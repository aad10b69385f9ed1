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
    beside the result. With `split_voices` everyone who is seen gets a sound track and file, called
    by one of `names`, from left to right, or else Person 1 and so on. `track` is the number of the
    sound track with the voice, from 1; None is where one is found.
    """

    settings: Settings = field(default_factory=for_recordings)
    superres: int = 1
    transcript: TranscriptOptions | None = None
    split_voices: bool = False
    names: tuple[str, ...] = ()
    track: int | None = None
