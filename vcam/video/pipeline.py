"""One frame's way through the stages; the same code live and on recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.video.i420 import fit, to_i420
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.face import Face
from vcam.video.stages.matte import MatteStage
from vcam.video.stages.order import VideoOptions, picture_stages
from vcam.video.stages.standby import standby_card

if TYPE_CHECKING:
    from vcam.networks.picture import PictureNetworks

Shown = Literal["live", "held", "standby"]


@dataclass(frozen=True)
class VideoState:
    """What one frame hands to the next.

    `stages` are the stages' states by name. `last` is the picture that went out, which may have to
    be shown again; `room_hidden` says whether it may while the room is to be hidden.
    """

    stages: Mapping[str, Any] = field(default_factory=dict)
    last: np.ndarray | None = None
    room_hidden: bool = False


@dataclass(frozen=True)
class VideoResult:
    """What came of one frame.

    `picture` is I420 uint8 (height*3//2, width). `shown` says what it is: this frame ("live"),
    the last good one ("held") or the card ("standby"). `reasons` are there when that is not what
    was asked for, first why the room could not be hidden. `alpha` is the matte used, `frame` the
    camera's picture at the published size, before any crop, `faces` what the face network saw in
    it, `in_view` the same in `picture`, `stages` milliseconds by stage name.
    """

    picture: np.ndarray
    shown: Shown
    reasons: Sequence[Reason] = ()
    alpha: np.ndarray | None = None
    faces: Sequence[Face] | None = None
    in_view: Sequence[Face] | None = None
    frame: np.ndarray | None = None
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def reason(self) -> Reason | None:
        """The first of them."""
        return self.reasons[0] if self.reasons else None


class VideoPipeline:
    """Camera picture in, published picture out. Holds networks and no state.

    Without a `portrait` there is no matte, and with a background effect no picture of the room
    either. `timer` returns seconds and is asked between the stages; without it `stages` of the
    result stays empty.
    """

    def __init__(
        self,
        networks: PictureNetworks,
        *,
        timer: Callable[[], float] | None = None,
    ) -> None:
        self._stages = picture_stages(networks)
        self._timer = timer

    def step(
        self, state: VideoState | None, frame: np.ndarray, time: float, options: VideoOptions
    ) -> tuple[VideoState, VideoResult]:
        """One frame, BGR uint8 (H, W, 3) of any size, captured at `time` (seconds).

        The room is never shown while a background effect is on: a frame whose room is not hidden
        for whatever reason gives the last good picture, and before the first one the standby card.
        A stage that fails is left out; the result says so in `reasons`.
        """
        state = state or VideoState()
        if options.pause:
            return VideoState(state.stages), VideoResult(_card(options), "standby")
        watch = _Watch(self._timer)
        source = frame if options.bypass else _upright(frame, options)
        frame = fit(source, options.width, options.height)
        work = seen = FrameWork(time=time, frame=frame, source=source, picture=to_i420(frame))
        watch.lap("convert")
        kept: dict[str, Any] = {}
        if options.bypass:
            kept = {name: old for name, old in state.stages.items() if name != MatteStage.name}
            result = VideoResult(work.picture, "live", frame=frame, stages=watch.laps)
            return VideoState(kept, work.picture), result
        reasons: list[Reason] = []
        for stage in self._stages:
            if not stage.wanted(options) or (stage.embellishes and options.spare):
                continue
            before = state.stages.get(stage.name)
            if stage.kind == "painter" and options.hides_room and work.matte is None:
                kept[stage.name] = before  # there will be no picture of this frame to paint
                continue
            try:
                after, done = stage.step(before, work, options)
                if done.picture.shape != work.picture.shape or done.picture.dtype != np.uint8:
                    raise ValueError(f"a picture of {done.picture.shape} {done.picture.dtype}")
                kept[stage.name], work = after, done
                seen = done if stage.kind == "looker" else seen
            except Exception as error:
                reasons.append(_why(stage, error))
            watch.lap(stage.name)
        last, hidden = state.last, state.room_hidden
        shown: Shown = "live"
        if work.room_hidden or not options.hides_room:
            picture = last = work.picture
            hidden = work.room_hidden
        else:
            picture = repeated(state, options)
            shown = "held" if picture is last else "standby"
            reasons.reverse()  # the last one is why the room could not be hidden
        return VideoState(kept, last, hidden), VideoResult(
            picture,
            shown,
            reasons=tuple(reasons),
            alpha=work.matte.alpha if work.matte else None,
            faces=seen.faces,
            in_view=work.faces,
            frame=frame,
            stages=watch.laps,
        )


def repeated(
    state: VideoState | None, options: VideoOptions, *, camera_gone: bool = False
) -> np.ndarray:
    """What goes out when a frame cannot, I420: the last picture or the standby card.

    Never the room while a background effect is on; without one, not the room of a camera that is
    gone.
    """
    if state is not None and state.last is not None:
        fits = state.last.shape == (options.height * 3 // 2, options.width)
        shows_room = not state.room_hidden
        if fits and not (shows_room and (camera_gone or _hides_room(options))):
            return state.last
    return _card(options)


_TURNS = {
    "90": cv2.ROTATE_90_CLOCKWISE,
    "180": cv2.ROTATE_180,
    "270": cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def _upright(frame: np.ndarray, options: VideoOptions) -> np.ndarray:
    if options.turn != "0":
        frame = cv2.rotate(frame, _TURNS[options.turn])
    return cv2.flip(frame, 1) if options.mirror else frame


def _hides_room(options: VideoOptions) -> bool:
    return options.hides_room and not options.bypass


def _why(stage: PictureStage[Any, VideoOptions], error: Exception) -> Reason:
    if isinstance(error, VcamError):
        return error.reason
    return Reason.of(stage.failure, name=stage.name, error=error)


def _card(options: VideoOptions) -> np.ndarray:
    return standby_card(options.width, options.height)


class _Watch:
    def __init__(self, timer: Callable[[], float] | None) -> None:
        self._timer = timer
        self._last = timer() if timer else 0.0
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        if self._timer:
            now = self._timer()
            self.laps[stage] = (now - self._last) * 1e3
            self._last = now
