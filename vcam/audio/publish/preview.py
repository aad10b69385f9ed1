"""Where no virtual microphone is possible: the sound is only shown by the preview's meters."""

from __future__ import annotations

from vcam.audio.frames import Block
from vcam.audio.publish.contract import MicrophonePublisher
from vcam.names import PREVIEW_SINK
from vcam.schema.reasons import Reason


class PreviewPublisher(MicrophonePublisher):
    """Nobody hears it; `problem` says why."""

    kind = "preview"
    name = PREVIEW_SINK
    problem: Reason | None = None

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None

    def open(self) -> None:
        return

    def wake(self) -> None:
        return

    def send(self, block: Block) -> None:
        return

    def rest(self) -> None:
        return

    def readers(self) -> list[str]:
        return []

    def close(self, *, remove: bool = True) -> None:
        return
