"""What a status means for a person: the tray's look, a headline, who is looking and listening."""

from __future__ import annotations

from dataclasses import dataclass

from vcam.client import PREVIEW_SINK
from vcam.schema.held import in_effect
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus, Status, VideoStatus
from vcam_ui.icons import Look
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words


@dataclass(frozen=True)
class Presence:
    """`headline` is a few words, `camera` and `microphone` a line each.

    `reason` is the sentence behind a degraded or failed look, else empty.
    """

    look: Look
    headline: str
    camera: str
    microphone: str
    reason: str = ""

    @property
    def tooltip(self) -> str:
        return f"{self.headline}\n{self.camera}\n{self.microphone}"


def presence(status: Status | None, settings: Settings | None) -> Presence:
    """The look of a status; None stands for a daemon that does not answer.

    The worst of the two sides decides: failed, degraded, then away, muted, effects off, live,
    sleeping.
    """
    if status is None:
        return Presence("failed", tr("Not running"), tr("Camera: off"), tr("Microphone: off"))
    video, audio = status.video, status.audio
    away = settings is not None and settings.away
    settings = in_effect(settings, status.held) if settings is not None else None
    camera, microphone = _camera_line(video, settings), _microphone_line(audio, settings)
    troubles: dict[Look, tuple[str, str]] = {
        "failed": (tr("The camera is not working"), tr("The microphone is not working")),
        "degraded": (tr("The camera needs attention"), tr("The microphone needs attention")),
    }
    for look, headlines in troubles.items():
        if video.state == look:
            return Presence(look, headlines[0], camera, microphone, in_words(video.reason))
        if audio.state == look:
            return Presence(look, headlines[1], camera, microphone, in_words(audio.reason))
    states = {video.state, audio.state}
    if away and settings is not None and settings.mute:
        return Presence("away", tr("You are away"), camera, microphone)
    if settings is not None and settings.mute:
        return Presence("muted", tr("Microphone muted"), camera, microphone)
    if settings is not None and settings.bypass:
        return Presence("bypassed", tr("All effects are off"), camera, microphone)
    if settings is not None and settings.pause:
        return Presence("sleeping", tr("The camera is paused"), camera, microphone)
    if "live" in states:
        # Without a reader it is on because somebody looks at the preview.
        used = video.reader_present or audio.reader_present
        return Presence("live", tr("Live") if used else tr("Ready"), camera, microphone)
    if "starting" in states:
        return Presence("sleeping", tr("Starting…"), camera, microphone)
    return Presence("sleeping", tr("Ready"), camera, microphone)


def _camera_line(video: VideoStatus, settings: Settings | None) -> str:
    if settings is not None and settings.pause:
        return tr("Camera: paused")
    if video.sink == PREVIEW_SINK:
        return tr("Camera: preview only, apps cannot select it yet")
    if video.readers:
        return tr("Camera: used by {apps}").format(apps=tr(", ").join(video.readers))
    if video.reader_present:
        return tr("Camera: in use")
    return tr("Camera: not in use")


def _microphone_line(audio: AudioStatus, settings: Settings | None) -> str:
    if settings is not None and settings.mute:
        return tr("Microphone: muted")
    if audio.readers:
        return tr("Microphone: used by {apps}").format(apps=tr(", ").join(audio.readers))
    if audio.reader_present:
        return tr("Microphone: in use")
    return tr("Microphone: not in use")
