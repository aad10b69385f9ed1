"""The lips of a recording: what the video worker would have put on the mailbox, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vcam import lips
from vcam.media_file import open_input
from vcam.networks.picture import open_face
from vcam.offline.enhance.pictures import FACES_WIDTH, PictureDecoder
from vcam.offline.media import moving_picture, refuse_unreachable, upright
from vcam.offline.timestamps import demuxed
from vcam.video.stages.face import Whose, choice
from vcam.video.stages.lips import mouths


def lip_track(
    path: Path,
    face: int | Whose = "auto",
    track: int = 0,
    known: Iterable[NDArray[np.void]] | None = None,
) -> NDArray[np.void] | None:
    """The lip observations of a film, for `vcam.lips.select`, at seconds from the first sound of
    its sound track with the number `track`, from 0. Those that are `known`, in pieces and at the
    film's seconds, are not looked for.

    None when there is no moving picture with sound, or it is broken: then the sound is enhanced
    without lips. A picture that breaks off leaves what came before. Raises Unreachable.
    """
    if known is not None:
        ring = np.concatenate([lips.ring_of([]), *known])
        ring["time"] -= first_sound(path, track)
        return ring
    observations: list[lips.LipObservation] = []
    try:
        with open_input(path) as container:
            film = moving_picture(container)
            if film is None or not container.streams.audio:
                return None
            begin = first_sound(path, track)
            tracker = open_face()
            decoder = PictureDecoder(film)
            state = None
            for packet in demuxed(path, container, [film]):
                for _, picture in decoder.of(packet):
                    if picture.time is not None:
                        frame = upright(picture, FACES_WIDTH)
                        state, faces = tracker.step(state, frame, choice(face))
                        observations += mouths(faces, frame, picture.time - begin, face)
    except (av.FFmpegError, OSError, ValueError) as error:
        refuse_unreachable(path, error)
        if not observations:
            return None
    return lips.ring_of(sorted(observations, key=lambda seen: seen.time))


def first_sound(path: Path, track: int) -> float:
    """When a sound track begins, in the film's seconds. Raises Unreachable, and av.FFmpegError or
    OSError where the file cannot be opened."""
    with open_input(path) as container:
        try:
            for packet in container.demux(container.streams.audio[track]):
                with suppress(av.FFmpegError):  # one that is damaged is passed over
                    for frame in packet.decode():
                        return frame.time or 0.0
        except av.FFmpegError as error:
            refuse_unreachable(path, error)
    return 0.0
