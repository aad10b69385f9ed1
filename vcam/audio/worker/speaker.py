"""The process of the Enhanced Speaker: the sound's own, the other way round.

What programs play into it is cleaned by the same loop and pipeline and goes on to the real output.
Nothing of it waits for a picture, and no setting of the microphone counts for the voices of others.
"""

from __future__ import annotations

from vcam.audio.capture.contract import MicrophoneChoice
from vcam.audio.capture.registry import resolve_speaker
from vcam.audio.denoisers.registry import FAST
from vcam.audio.publish.registry import open_speaker
from vcam.audio.system import SystemView
from vcam.audio.worker.loop import SoundLoop
from vcam.audio.worker.run import keep_running
from vcam.daemon.protocol import Link, Message, NewSettings, SoundStart
from vcam.names import AUTO
from vcam.networks.sound import SoundNetworks, open_sound
from vcam.schema.settings import Settings


def run(link: Link, start: SoundStart) -> None:
    """As `vcam.audio.worker.run.run`, for the Enhanced Speaker. Raises PublishError where there is
    none."""
    keep_running(link, SpeakerLoop(start))


class SpeakerLoop(SoundLoop):
    """Its readers are the programs that play into the Enhanced Speaker."""

    def __init__(self, start: SoundStart) -> None:
        super().__init__(
            SoundStart(settings=heard(start.settings), microphone=AUTO, lips_mailbox=""),
            resolver=_resolved,
            publishers=open_speaker,
            networks=_networks,
        )

    def tell(self, message: Message) -> None:
        super().tell(
            NewSettings(heard(message.settings)) if isinstance(message, NewSettings) else message
        )


def heard(settings: Settings) -> Settings:
    """How the voices of others are treated, whatever is done to the user's own."""
    changes = {"denoise": True, "strength": 100, "denoiser": FAST, "lips": "off", "echo": "off"}
    changes["voices"] = "everyone"
    off = dict.fromkeys(("level", "monitor", "bypass", "mute"), False)
    return settings.model_copy(update={**changes, **off})


def _resolved(_wanted: str, _view: SystemView | None) -> MicrophoneChoice:
    return resolve_speaker()


def _networks(_lips: bool, denoiser: str) -> SoundNetworks:
    return open_sound(False, denoiser)
