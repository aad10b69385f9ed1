"""Finds and follows faces: where they are, 468 landmarks each, and which of them is "me".

The order of work is MediaPipe's (face_landmark_front graph): the detector (BlazeFace, Bazarevsky
et al. 2019) runs only while no face is followed, apart from a glance for newcomers once in
`GLANCE` frames (`WATCHFUL` where persons are told apart); a followed face is cut out by a square
that its last landmarks give, 1.5 times their extent and turned so that the eyes are level, and its
landmark net (Kartynnik et al. 2019) says where they are now and whether there is still a face. Of
two that come to lie on one face, as when somebody passes before another, the one is lost that did
not move there evenly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.networks.graph import Graph
from vcam.networks.models import Model
from vcam.video.stages.contract import Box, FrameWork, PictureStage, SpareOptions

LANDMARKS = 468
GLANCE, WATCHFUL = 30, 4
MAX_FACES = 3
_DETECTOR_SIZE, _CROP_SIZE = 128, 192
_DETECTED = 0.5  # least probability
_FOLLOWED = 0.0  # least presence
_MARGIN = 1.5
_SAME = 0.3  # overlap from which two boxes are one face
_VIEWS = (None, 0.5, 0.0, 1.0)
"""Where the detector looks in turn: the whole frame, or a square at that place along it. It was
made for faces of a sixth of its picture or more, and people sit further away than that."""
_LEFT_EYE, _RIGHT_EYE = 33, 263  # outer corners; left in the picture
_LATELY = 0.8  # of a strain that is left a frame later
_REMEMBERED = 90  # frames for which a lost face keeps its id

Frame = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """One followed face.

    Attributes:
        id: stays with the face while it is followed, and over short losses.
        landmarks: float32 ``(468, 3)`` pixels of the frame; the third is depth, nearer is smaller.
        presence: the landmark net's logit that this is a whole face: about 25 for a clear one,
            15 with a hand before the mouth, negative without a face.
        me: True for the one face whose mouth counts.
    """

    id: int
    landmarks: Points
    presence: float
    me: bool = False

    @property
    def confidence(self) -> float:
        """Probability of a face."""
        return 1 / (1 + math.exp(-min(max(self.presence, -80.0), 80.0)))

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in pixels."""
        return _box(self.landmarks)


class LostFace(NamedTuple):
    """A face that was followed until `frames` ago."""

    id: int
    box: Box
    frames: int


class Motion(NamedTuple):
    """How a face's box moves: the steps of its sides from a frame to the next, pixels, and how much
    it has lately done otherwise, in widths."""

    step: Box = (0.0, 0.0, 0.0, 0.0)
    strain: float = 0.0


class FaceState(NamedTuple):
    """What one frame leaves behind for the next; `motion` by the face's id."""

    size: tuple[int, int]
    faces: tuple[Face, ...] = ()
    lost: tuple[LostFace, ...] = ()
    next_id: int = 1
    wait: int = 0
    view: int = 0
    me: int | None = None
    motion: Mapping[int, Motion] = {}


def me(faces: Sequence[Face] | None) -> Face | None:
    """The face whose mouth counts, if it is there."""
    return next((face for face in faces or () if face.me), None)


S = TypeVar("S")


class FaceTracking(Protocol[S]):
    """A face network: see `FaceTracker`."""

    def step(
        self,
        state: S | None,
        frame: Frame,
        face: int | Literal["auto"] = "auto",
        *,
        watchful: bool = False,
    ) -> tuple[S, Sequence[Face]]: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceOptions(SpareOptions):
    """`faces`: somebody wants to know the face's lips; `face` is the id of the one that counts."""

    faces: bool = False
    face: int | Literal["auto"] = "auto"

    @property
    def looks(self) -> bool:
        """Whether the face network runs; a stage that needs it adds itself in its options."""
        return self.faces

    @property
    def remembers(self) -> bool:
        return super().remembers or self.face != "auto"

    @property
    def watchful(self) -> bool:
        """Whether newcomers matter."""
        return False

    @property
    def networks(self) -> frozenset[str]:
        return super().networks | ({"face"} if self.looks else set())


_EVERY_SECOND = 2  # as `SpareOptions.spare` counts


@dataclass(frozen=True)
class Seen(Generic[S]):
    """The network's own state, what it saw, and whether that is of the frame before."""

    network: S
    faces: Sequence[Face]
    repeated: bool = False


class FaceStage(PictureStage[Seen[S], FaceOptions]):
    """Runs the face network. Where there is none, nobody looks, and that is no failure."""

    name = "face"
    kind = "looker"
    failure = "face.failed"

    def __init__(self, network: FaceTracking[S] | None) -> None:
        self._network = network

    def wanted(self, options: FaceOptions) -> bool:
        return options.looks and self._network is not None

    def step(
        self, state: Seen[S] | None, work: FrameWork, options: FaceOptions
    ) -> tuple[Seen[S], FrameWork]:
        assert self._network is not None
        if state and options.spare >= _EVERY_SECOND and not state.repeated:
            return replace(state, repeated=True), replace(work, faces=state.faces)
        before = state.network if state else None
        after, faces = self._network.step(
            before, work.frame, options.face, watchful=options.watchful
        )
        return Seen(after, faces), replace(work, faces=faces)


class FaceTracker:
    """Follows up to `MAX_FACES` faces. Takes the models `face_detector` and `face_landmarks`."""

    DETECTOR: ClassVar = Graph(
        inputs={"image": (1, _DETECTOR_SIZE, _DETECTOR_SIZE, 3)},
        outputs={"boxes": (1, 896, 16), "scores": (1, 896, 1)},
    )
    MESH: ClassVar = Graph(
        inputs={"image": (1, _CROP_SIZE, _CROP_SIZE, 3)},
        outputs={"landmarks": (1, 1, 1, 3 * LANDMARKS), "presence": (1, 1, 1, 1)},
    )

    def __init__(self, detector: Model, landmarks: Model) -> None:
        self._detector = detector
        self._landmarks = landmarks

    def step(
        self,
        state: FaceState | None,
        frame: Frame,
        face: int | Literal["auto"] = "auto",
        *,
        watchful: bool = False,
    ) -> tuple[FaceState, tuple[Face, ...]]:
        """The faces in a frame, oldest first.

        Args:
            state: what the last step returned; None, or one of another frame size, starts anew.
            frame: uint8 ``(H, W, 3)`` BGR.
            face: the id of the face that is "me", or `auto`: the largest and most central one
                when the choice is made, and the same one for as long as it is followed.
            watchful: newcomers are looked for more often.
        """
        size = (frame.shape[0], frame.shape[1])
        if state is None or state.size != size:
            state = FaceState(size)
        faces, lost, motion = self._follow(state, frame)
        wait, view, next_id = state.wait - 1, state.view, state.next_id
        if not faces or wait < 0:
            faces, lost, next_id = self._look(frame, _VIEWS[view], faces, lost, next_id)
            wait, view = WATCHFUL if watchful else GLANCE, (view + 1) % len(_VIEWS)
        me = _choose(faces, lost, state.me, face, size)
        marked = tuple(replace(f, me=f.id == me) for f in faces)
        return FaceState(size, marked, tuple(lost), next_id, wait, view, me, motion), marked

    def _follow(
        self, state: FaceState, frame: Frame
    ) -> tuple[list[Face], list[LostFace], dict[int, Motion]]:
        faces: list[Face] = []
        lost = [
            gone._replace(frames=gone.frames + 1)
            for gone in state.lost
            if gone.frames < _REMEMBERED
        ]
        motion: dict[int, Motion] = {}
        for old in state.faces:
            landmarks, presence = self._fit(frame, _crop_of(old.landmarks))
            box = _box(landmarks)
            if presence < _FOLLOWED or not _inside(box, state.size):
                lost.append(LostFace(old.id, old.box, 0))
                continue
            motion[old.id] = _moved(state.motion.get(old.id, Motion()), old.box, box)
            twin = next((one for one in faces if _overlap(box, one.box) > _SAME), None)
            if twin is None:
                faces.append(Face(old.id, landmarks, presence))
            elif motion[old.id].strain >= motion[twin.id].strain:
                lost.append(LostFace(old.id, old.box, 0))
            else:  # a face that was followed onto the one that came before it
                before = next(one for one in state.faces if one.id == twin.id)
                lost.append(LostFace(before.id, before.box, 0))
                faces[faces.index(twin)] = Face(old.id, landmarks, presence)
        return faces, lost, motion

    def _look(
        self,
        frame: Frame,
        place: float | None,
        faces: list[Face],
        lost: list[LostFace],
        next_id: int,
    ) -> tuple[list[Face], list[LostFace], int]:
        part, x, y = _view(frame, place)
        for eyes, box in self._detect(part):
            eyes, box = (
                eyes + np.array([x, y], np.float32),
                (box[0] + x, box[1] + y, box[2] + x, box[3] + y),
            )
            if len(faces) >= MAX_FACES:
                break
            if any(_overlap(box, known.box) > _SAME for known in faces):
                continue
            landmarks, presence = self._fit(frame, _crop_of_detection(eyes, box))
            found = _box(landmarks)
            if presence < _FOLLOWED or any(_overlap(found, f.box) > _SAME for f in faces):
                continue
            back = [gone for gone in lost if _near(gone.box, found)]
            if back:
                known_id = min(back, key=lambda gone: gone.frames).id
                lost = [gone for gone in lost if gone.id != known_id]
            else:
                known_id, next_id = next_id, next_id + 1
            faces.append(Face(known_id, landmarks, presence))
        return sorted(faces, key=lambda f: f.id), lost, next_id

    def _detect(self, frame: Frame) -> list[tuple[NDArray[np.float32], Box]]:
        """Eye centres ``(2, 2)`` and boxes in pixels, best first."""
        height, width = frame.shape[:2]
        scale = _DETECTOR_SIZE / max(height, width)
        skip = max(1, int(0.5 / scale))  # the detector does not need every pixel
        small = cv2.resize(
            np.ascontiguousarray(frame[::skip, ::skip]),
            (max(1, round(width * scale)), max(1, round(height * scale))),
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        left, top = (_DETECTOR_SIZE - small.shape[1]) // 2, (_DETECTOR_SIZE - small.shape[0]) // 2
        image = np.zeros((1, _DETECTOR_SIZE, _DETECTOR_SIZE, 3), np.float32)
        rgb = small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
        image[0, top : top + small.shape[0], left : left + small.shape[1]] = rgb
        told = self._detector.run({"image": image})
        score = 1 / (1 + np.exp(-np.clip(told["scores"][0, :, 0], -80, 80)))
        chosen = np.flatnonzero(score > _DETECTED)
        raw = told["boxes"][0, chosen]
        points = raw.reshape(-1, 8, 2)
        points[:, [0, 2, 3, 4, 5, 6, 7]] += _ANCHORS[chosen, None] * _DETECTOR_SIZE
        points[:, [0, 2, 3, 4, 5, 6, 7]] -= (left, top)
        points /= (small.shape[1] / width, small.shape[0] / height)
        found: list[tuple[NDArray[np.float32], Box]] = []
        for i in np.argsort(-score[chosen]):
            (x, y), (w, h) = points[i, 0], points[i, 1]
            box = (float(x - w / 2), float(y - h / 2), float(x + w / 2), float(y + h / 2))
            if not any(_overlap(box, other) > _SAME for _, other in found):
                found.append((points[i, 2:4], box))
        return found

    def _fit(self, frame: Frame, crop: Crop) -> tuple[Points, float]:
        """Landmarks in pixels and the presence logit."""
        to_crop = crop.matrix(_CROP_SIZE)
        cut = cv2.warpAffine(
            frame, to_crop, (_CROP_SIZE, _CROP_SIZE), borderMode=cv2.BORDER_REPLICATE
        )
        image = cv2.cvtColor(cut, cv2.COLOR_BGR2RGB).astype(np.float32)[None]
        image *= 1 / 255
        told = self._landmarks.run({"image": image})
        points = told["landmarks"].reshape(LANDMARKS, 3)
        back = cv2.invertAffineTransform(to_crop).astype(np.float32)
        landmarks = np.empty_like(points)
        landmarks[:, :2] = points[:, :2] @ back[:, :2].T + back[:, 2]
        landmarks[:, 2] = points[:, 2] * crop.side / _CROP_SIZE
        return landmarks, float(told["presence"].reshape(-1)[0])


class Crop(NamedTuple):
    """A turned square: centre, side in pixels, angle in radians."""

    x: float
    y: float
    side: float
    angle: float

    def matrix(self, pixels: int) -> NDArray[np.float64]:
        """The affine map ``(2, 3)`` from the frame to a picture of `pixels` a side."""
        scale = pixels / max(self.side, 1.0)
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        half = (pixels - 1) / 2
        return np.array(
            [
                [cos, sin, half - cos * self.x - sin * self.y],
                [-sin, cos, half + sin * self.x - cos * self.y],
            ]
        )


def _crop_of(landmarks: Points) -> Crop:
    across = landmarks[_RIGHT_EYE, :2] - landmarks[_LEFT_EYE, :2]
    angle = math.atan2(float(across[1]), float(across[0]))
    cos, sin = math.cos(angle), math.sin(angle)
    level = landmarks[:, :2] @ np.array([[cos, -sin], [sin, cos]], np.float32)
    low, high = level.min(0), level.max(0)
    centre, extent = (low + high) / 2, high - low
    return Crop(
        float(centre[0] * cos - centre[1] * sin),
        float(centre[0] * sin + centre[1] * cos),
        _MARGIN * float(extent.max()),
        angle,
    )


def _crop_of_detection(eyes: NDArray[np.float32], box: Box) -> Crop:
    across = eyes[1] - eyes[0]
    left, top, right, bottom = box
    return Crop(
        (left + right) / 2,
        (top + bottom) / 2,
        _MARGIN * max(right - left, bottom - top),
        math.atan2(float(across[1]), float(across[0])),
    )


def _view(frame: Frame, place: float | None) -> tuple[Frame, int, int]:
    """A part of the frame, and where it begins."""
    height, width = frame.shape[:2]
    if place is None:
        return frame, 0, 0
    side = min(height, width)
    x, y = round((width - side) * place), round((height - side) * place)
    return frame[y : y + side, x : x + side], x, y


def _anchors() -> NDArray[np.float32]:
    """Centres ``(896, 2)`` in 0..1 of the detector's priors: 2 at stride 8, 6 at stride 16."""
    centres = []
    for cells, each in ((16, 2), (8, 6)):
        axis = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        centres.append(np.repeat(grid, each, 0))
    return np.concatenate(centres).astype(np.float32)


_ANCHORS = _anchors()


def _choose(
    faces: list[Face],
    lost: list[LostFace],
    before: int | None,
    wanted: int | Literal["auto"],
    size: tuple[int, int],
) -> int | None:
    """The id of "me": the wanted one if it is known, else the same as before, else the best."""
    known = {face.id for face in faces} | {gone.id for gone in lost}
    if wanted in known:
        return int(wanted)
    if before in known:
        return before
    height, width = size

    def prominence(face: Face) -> float:
        left, top, right, bottom = face.box
        aside = math.hypot((left + right - width) / width, (top + bottom - height) / height)
        return (right - left) * (bottom - top) * (1 - 0.5 * min(aside, 1.0))

    return max(faces, key=prominence).id if faces else None


def _box(landmarks: Points) -> Box:
    (left, top), (right, bottom) = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    return float(left), float(top), float(right), float(bottom)


def _inside(box: Box, size: tuple[int, int]) -> bool:
    """A face whose middle has left the picture, or with no extent, cannot be followed."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return 0 <= x < size[1] and 0 <= y < size[0] and box[2] - box[0] >= 8


def _moved(before: Motion, old: Box, new: Box) -> Motion:
    steps = [now - then for now, then in zip(new, old, strict=True)]
    off = max(abs(step - usual) for step, usual in zip(steps, before.step, strict=True))
    left, top, right, bottom = ((a + b) / 2 for a, b in zip(steps, before.step, strict=True))
    strain = _LATELY * before.strain + off / max(new[2] - new[0], 1.0)
    return Motion((left, top, right, bottom), strain)


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return both / (areas - both)


def _near(one: Box, other: Box) -> bool:
    """Could a face that was at `one` a moment ago be at `other`?"""
    size = max(one[2] - one[0], 1.0)
    moved = math.hypot(one[0] + one[2] - other[0] - other[2], one[1] + one[3] - other[1] - other[3])
    return moved / 2 < size and 0.6 < (other[2] - other[0]) / size < 1.67
