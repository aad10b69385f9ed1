"""One frame's way through the networks and effects; the same code live and on recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import cv2
import numpy as np

from vcam.schema.reasons import Reason
from vcam.video.stages import background as effects
from vcam.video.stages import brightness
from vcam.video.stages.background import Reduced
from vcam.video.stages.brightness import Exposure
from vcam.video.stages.standby import standby_card

Effect = Literal["none", "blur", "image"]
Shown = Literal["live", "held", "standby"]
Box = tuple[float, float, float, float]


class Matting(Protocol):
    """A matte network: see `vcam.video.stages.portrait.Portrait`."""

    def step(self, state: Any, frame: np.ndarray) -> tuple[Any, np.ndarray]: ...


class FaceTracking(Protocol):
    """A face network: see `vcam.video.stages.face.FaceTracker`."""

    def step(
        self, state: Any, frame: np.ndarray, face: int | Literal["auto"] = "auto"
    ) -> tuple[Any, Any]: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class VideoOptions:
    """What the picture is to look like.

    `width` and `height` (pixels, even) are the published size. `effect` is the background's;
    `image` is its picture for "image": I420 of the published size (`effects.cover`), None while
    it cannot be read. `blur` is 0..1, `feather` in pixels of a 720 pixel high picture.
    `mirror` swaps left and right, except with `bypass`.
    `brightness` adapts to the person. `faces` runs the face network, `face` is the one that counts.
    `bypass` shows the camera's picture as it is, `pause` the standby card.
    """

    width: int = 1280
    height: int = 720
    effect: Effect = "blur"
    blur: float = 0.6
    image: np.ndarray | None = None
    feather: int = 2
    mirror: bool = False
    brightness: bool = True
    faces: bool = False
    face: int | Literal["auto"] = "auto"
    bypass: bool = False
    pause: bool = False


@dataclass(frozen=True)
class VideoState:
    """What one frame hands to the next.

    `good` is the last composite: the only picture that may be shown again when a frame has no
    matte, so it is never one that shows the room.
    """

    portrait: Any = None
    face: Any = None
    exposure: Exposure | None = None
    good: np.ndarray | None = None


@dataclass(frozen=True)
class VideoResult:
    """What came of one frame.

    `picture` is I420 uint8 (height*3//2, width). `shown` says what it is: this frame ("live"),
    the last good composite ("held") or the card ("standby"). `reason` says why when that is
    not what was asked for. `alpha` is the matte used, `faces` what the face network saw, `frame`
    the camera's picture at the published size, `stages` milliseconds by stage name.
    """

    picture: np.ndarray
    shown: Shown
    reason: Reason | None = None
    alpha: np.ndarray | None = None
    faces: Any = None
    frame: np.ndarray | None = None
    stages: dict[str, float] = field(default_factory=dict)


class VideoPipeline:
    """Camera picture in, published picture out. Holds networks and no state.

    `portrait` and `face` may be None: then there is no matte, and with a background effect no
    picture of the room either. `timer` returns seconds and is asked between the stages; without
    it `stages` stays empty.
    """

    def __init__(
        self,
        portrait: Matting | None,
        face: FaceTracking | None = None,
        *,
        timer: Callable[[], float] | None = None,
    ) -> None:
        self._portrait = portrait
        self._face = face
        self._timer = timer

    def step(
        self, state: VideoState | None, frame: np.ndarray, time: float, options: VideoOptions
    ) -> tuple[VideoState, VideoResult]:
        """One frame, BGR uint8 (H, W, 3) of any size, captured at `time` (seconds).

        The room is never shown while a background effect is on: a frame without a matte gives
        the last good composite, and before the first one the standby card. Raises nothing that
        a network raises; the result says so in `reason`.
        """
        state = state or VideoState()
        watch = _Watch(self._timer)
        if options.pause:
            return replace(state, good=None), VideoResult(_card(options), "standby")
        frame = effects.fit(frame, options.width, options.height)
        if options.bypass:
            picture = effects.to_i420(frame)
            watch.lap("convert")
            cleared = replace(state, good=None, portrait=None)
            return cleared, VideoResult(picture, "live", frame=frame, stages=watch.stages)
        if options.mirror:
            frame = cv2.flip(frame, 1)
        state, faces, reason = self._see_faces(state, frame, options)
        watch.lap("face")
        alpha, lost = None, None
        if options.effect != "none":
            state, alpha, lost = self._matte(state, frame, options)
            watch.lap("matte")
        picture, person, reduced = effects.to_i420(frame), None, None
        if alpha is not None:
            person = effects.feather(alpha, round(options.feather * options.height / 720))
            reduced = effects.reduce(picture, person)
        watch.lap("convert")
        if options.brightness:
            box = _face_box(faces)
            if alpha is None and not options.faces:
                box = _middle(options)
            state = _brighten(state, picture, reduced, box, time)
            watch.lap("brightness")
        else:
            state = replace(state, exposure=None)
        if options.effect == "none":
            shown: Shown = "live"
            state = replace(state, good=None, portrait=None)
        elif person is None or reduced is None:
            reason = lost
            picture, shown = _without_matte(state, options)
        else:
            picture, shown = _with_background(picture, person, reduced, options, watch), "live"
            state = replace(state, good=picture)
        return state, VideoResult(
            picture,
            shown,
            reason=reason,
            alpha=alpha,
            faces=faces,
            frame=frame,
            stages=watch.stages,
        )

    def _see_faces(
        self, state: VideoState, frame: np.ndarray, options: VideoOptions
    ) -> tuple[VideoState, Any, Reason | None]:
        if self._face is None or not options.faces:
            return replace(state, face=None), None, None
        try:
            face, faces = self._face.step(state.face, frame, options.face)
        except Exception as error:
            return replace(state, face=None), None, Reason.of("face.failed", error=error)
        return replace(state, face=face), faces, None

    def _matte(
        self, state: VideoState, frame: np.ndarray, options: VideoOptions
    ) -> tuple[VideoState, np.ndarray | None, Reason | None]:
        if options.effect == "image" and options.image is None:
            return state, None, Reason.of("background.not_shown")
        if self._portrait is None:
            return state, None, Reason.of("portrait.none")
        try:
            portrait, alpha = self._portrait.step(state.portrait, frame)
            if alpha.shape != frame.shape[:2] or alpha.dtype != np.uint8:
                raise ValueError(f"a matte of {alpha.shape} {alpha.dtype}")
        except Exception as error:
            # Whatever a network does, the room stays hidden; the next frame starts afresh.
            failure = Reason.of("portrait.failed", error=error)
            return replace(state, portrait=None), None, failure
        return replace(state, portrait=portrait), alpha, None


class _Watch:
    def __init__(self, timer: Callable[[], float] | None) -> None:
        self._timer = timer
        self._last = timer() if timer else 0.0
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        if self._timer:
            now = self._timer()
            self.stages[stage] = (now - self._last) * 1e3
            self._last = now


def _card(options: VideoOptions) -> np.ndarray:
    return standby_card(options.width, options.height)


def _without_matte(state: VideoState, options: VideoOptions) -> tuple[np.ndarray, Shown]:
    size = (options.height * 3 // 2, options.width)
    if state.good is not None and state.good.shape == size:
        return state.good, "held"
    return _card(options), "standby"


def _with_background(
    picture: np.ndarray,
    person: np.ndarray,
    reduced: Reduced,
    options: VideoOptions,
    watch: _Watch,
) -> np.ndarray:
    if options.effect == "blur":
        background = effects.blur_background(reduced, options.blur)
        watch.lap("blur")
    else:
        assert options.image is not None
        background = options.image.copy()
    out = effects.composite(picture, person, background, reduced)
    watch.lap("composite")
    return out


def _brighten(
    state: VideoState, picture: np.ndarray, reduced: Reduced | None, box: Box | None, time: float
) -> VideoState:
    """Measures on the reduced picture where there is one; changes both in place."""
    views = [effects.planes(picture), *([reduced.planes] if reduced else [])]
    luma = views[-1][0]
    if box is not None:
        left, top, right, bottom = (side * luma.shape[1] / picture.shape[1] for side in box)
        box = left, top, right, bottom
    luminance = brightness.measure(luma, reduced.matte if reduced else None, box)
    exposure = brightness.adapt(state.exposure, luminance, time)
    curves = brightness.tone_curves(exposure)
    if curves is not None:
        for y, u, v in views:
            for plane, curve in ((y, curves[0]), (u, curves[1]), (v, curves[1])):
                cv2.LUT(plane, curve, dst=plane)
    return replace(state, exposure=exposure)


def _face_box(faces: Any) -> Box | None:
    return next((face.box for face in faces or () if face.me), None)


def _middle(options: VideoOptions) -> Box:
    """Where a person is likely to be, when no network looks."""
    width, height = options.width, options.height
    return width * 0.35, height * 0.25, width * 0.65, height * 0.85
