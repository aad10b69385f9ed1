"""The kinds of virtual microphones, and the best one that this machine allows."""

from __future__ import annotations

import logging
import pkgutil
import sys
from collections.abc import Callable

from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.preview import PreviewPublisher
from vcam.names import MICROPHONE_NAME, SPEAKER_NAME
from vcam.schema.reasons import Reason

PUBLISHERS: dict[str, str] = {
    "pulse": "vcam.audio.publish.pulse:PulsePublisher",
    "cable": "vcam.audio.publish.cable:CablePublisher",
    "preview": "vcam.audio.publish.preview:PreviewPublisher",
}
"""Every kind and where its class is; a kind's libraries are loaded only where it is tried."""

PLATFORMS: dict[str, tuple[str, ...]] = {
    "linux": ("pulse",),
    "win32": ("cable",),
    "darwin": ("cable",),
}
"""The kinds of a platform, the best first; the preview is the last resort."""

SPEAKERS: dict[str, str] = {
    "linux": "vcam.audio.publish.pulse:PulseSpeaker",
    "win32": "vcam.audio.publish.cable:CableSpeaker",
    "darwin": "vcam.audio.publish.cable:CableSpeaker",
}
"""By platform, where the class is that plays for the Enhanced Speaker."""

log = logging.getLogger(__name__)


def publisher_class(kind: str) -> type[MicrophonePublisher]:
    """The class of one kind; KeyError for an unknown one."""
    found: type[MicrophonePublisher] = pkgutil.resolve_name(PUBLISHERS[kind])
    return found


def open_publisher(changed: Callable[[], None]) -> MicrophonePublisher:
    """The best virtual microphone that this machine allows now, open.

    Never fails: where none is possible the preview is returned, its `problem` saying in one line
    what the best kind lacks. `changed` is called, from any thread, when readers come or go or the
    sound system changes.
    """
    problem = None
    for kind in PLATFORMS.get(sys.platform, ()):
        publisher = publisher_class(kind)(changed)
        why = publisher.obstacle()
        if why is None:
            try:
                publisher.open()
                return publisher
            except PublishError as error:
                publisher.close()
                why = error.reason
        log.info("%s: %s", kind, why)
        problem = problem or why
    preview = PreviewPublisher(changed)
    preview.problem = problem or no_kind()
    preview.open()
    return preview


def open_speaker(changed: Callable[[], None]) -> MicrophonePublisher:
    """What plays for the Enhanced Speaker, open. Raises PublishError where this system has none."""
    if sys.platform not in SPEAKERS:
        raise PublishError("publish.no_kind", name=SPEAKER_NAME, system=sys.platform)
    found: type[MicrophonePublisher] = pkgutil.resolve_name(SPEAKERS[sys.platform])
    publisher = found(changed)
    publisher.open()
    return publisher


def no_kind() -> Reason:
    """What is said where this system has no kind at all."""
    return Reason.of("publish.no_kind", name=MICROPHONE_NAME, system=sys.platform)


def better_possible(publisher: MicrophonePublisher) -> bool:
    """True when a better kind than this one has become possible.

    Ask while nobody reads, or while the sound goes to the preview only.
    """
    for kind in PLATFORMS.get(sys.platform, ()):
        if kind == publisher.kind:
            return False
        if publisher_class(kind).obstacle() is None:
            return True
    return False
