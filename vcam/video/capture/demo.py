"""The demo's picture: a portrait in a drawn room, moving and speaking in step with the sound."""

from __future__ import annotations

import json
import math
import time
from functools import partial
from typing import Self

import cv2
import numpy as np

from vcam import demo
from vcam.names import DEMO
from vcam.video.capture.contract import Camera, CameraChoice, CameraError, CaptureFormat, Shot

_ZOOM = 2.2  # portrait pixels to pixels of a 720 pixel high picture
_OPEN, _CLOSED = 7.5, -5.0  # travel of the lower lip in portrait pixels
_MOUTH_STEPS = 24


class DemoCamera(Camera):
    """The demo as a camera of any size and rate."""

    label = DEMO

    def __init__(self, wanted: CaptureFormat) -> None:
        self.width, self.height, self.fps = wanted.width, wanted.height, float(wanted.fps)
        self._scene = DemoScene(wanted.width, wanted.height)
        self._next = math.ceil(time.monotonic() * self.fps)

    @classmethod
    def open(cls, choice: CameraChoice, wanted: CaptureFormat) -> Self:
        return cls(wanted)

    def read(self, timeout: float) -> Shot | None:
        now = time.monotonic()
        newest = math.floor(now * self.fps)
        if newest > self._next:
            self.dropped += newest - self._next
            self._next = newest
        captured = self._next / self.fps
        if captured > now + timeout:
            time.sleep(timeout)
            return None
        time.sleep(max(0.0, captured - now))
        self._next += 1
        return Shot(captured, partial(self._scene.picture, captured))

    def close(self) -> None:
        """There is nothing to let go."""


class DemoScene:
    """The picture as a function of time. Raises CameraError when the assets are missing."""

    def __init__(self, width: int, height: int) -> None:
        try:
            face = json.loads((demo.ASSETS / "demo_face.json").read_text("utf-8"))
            mouth = demo.mouth()
        except OSError as error:
            raise CameraError("camera.demo_missing", error=error) from error
        portrait = cv2.imread(str(demo.ASSETS / "demo_portrait.webp"), cv2.IMREAD_UNCHANGED)
        if portrait is None:
            raise CameraError("camera.demo_unreadable")
        self._mouth = mouth
        self._room = draw_room(width, height)
        self._zoom = _ZOOM * height / 720
        self._portrait = _premultiplied(
            cv2.resize(portrait, None, fx=self._zoom, fy=self._zoom, interpolation=cv2.INTER_CUBIC)
        )
        self._lips = _Lips(self._portrait, face, self._zoom)

    def picture(self, moment: float) -> np.ndarray:
        """BGR uint8 (height, width, 3) at `moment`, seconds of the monotonic clock."""
        person = self._lips.opened(self._opening(moment))
        height, width = self._room.shape[:2]
        tall, wide = person.shape[:2]
        # A person's slow movements: sway, nod and lean, never quite the same.
        sway = width * (0.012 * math.sin(moment * 0.9) + 0.006 * math.sin(moment * 2.3))
        nod = height * 0.006 * math.sin(moment * 1.7)
        lean = math.radians(0.9 * math.sin(moment * 0.7))
        size = 1 + 0.012 * math.sin(moment * 0.5)
        cos, sin = size * math.cos(lean), size * math.sin(lean)
        foot = (wide / 2, float(tall))
        target = (width / 2 + sway, height * 1.03 + nod)
        # Only the columns that the person can reach.
        reach = wide * 0.55 + tall * 0.03
        left, right = max(0, int(target[0] - reach)), min(width, int(target[0] + reach))
        matrix = np.array(
            [
                [cos, -sin, target[0] - left - cos * foot[0] + sin * foot[1]],
                [sin, cos, target[1] - sin * foot[0] - cos * foot[1]],
            ]
        )
        moved = cv2.warpAffine(person, matrix, (right - left, height), flags=cv2.INTER_LINEAR)
        blue, green, red, alpha = cv2.split(moved)
        picture = self._room.copy()
        region = picture[:, left:right]
        empty = cv2.bitwise_not(alpha)
        behind = cv2.multiply(region, cv2.merge((empty, empty, empty)), scale=1 / 255)
        cv2.add(behind, cv2.merge((blue, green, red)), dst=region)
        return picture

    def _opening(self, moment: float) -> float:
        place = demo.place(moment)
        index = int(place)
        here, there = self._mouth[index], self._mouth[(index + 1) % len(self._mouth)]
        return float(here + (place - index) * (float(there) - float(here))) / 255


class _Lips:
    """Moves the lower lip and jaw of a portrait; remembers the openings it has drawn."""

    def __init__(self, portrait: np.ndarray, face: dict, zoom: float) -> None:
        self._portrait, self._zoom = portrait, zoom
        self._shown = portrait.copy()
        upper, lower = (
            np.array(face[key], np.float32) * zoom for key in ("upper_lip", "lower_lip")
        )
        chin = np.array(face["chin"][0], np.float32) * zoom
        self._left, self._right = float(upper[0, 0]), float(upper[-1, 0])
        half = (self._right - self._left) / 2
        x0, x1 = int(self._left - 0.75 * half), int(self._right + 0.75 * half)
        y0, y1 = int(upper[:, 1].min() - 2 * zoom), int(chin[1] + 12 * zoom)
        self._place = (slice(y0, y1), slice(x0, x1))
        self._y, self._x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        row = self._x[0]
        self._teeth_top = np.interp(row, upper[:, 0], upper[:, 1]).astype(np.float32)
        self._teeth_bottom = np.interp(row, lower[:, 0], lower[:, 1]).astype(np.float32)
        self._chin = float(chin[1])
        centre = (self._left + self._right) / 2
        self._across = (row - centre) / half
        self._drawn: dict[int, np.ndarray] = {}

    def opened(self, amount: float) -> np.ndarray:
        """The portrait with the mouth `amount` open, 0..1; the next call draws over it."""
        step = round(amount * _MOUTH_STEPS)
        if step not in self._drawn:
            self._drawn[step] = self._draw(step / _MOUTH_STEPS)
        self._shown[self._place] = self._drawn[step]
        return self._shown

    def _draw(self, amount: float) -> np.ndarray:
        travel = (_CLOSED + (_OPEN - _CLOSED) * amount) * self._zoom
        lens = np.clip(1 - self._across**2, 0, 1)
        # Teeth show only as far as the lower lip leaves them; it never rises above the upper lip.
        lip = np.maximum(self._teeth_bottom + travel * lens, self._teeth_top)
        shift_at_lip = lip - self._teeth_bottom
        jaw = np.clip(1.25 - np.abs(self._across) * 0.75, 0, 1)
        below = np.clip((self._y - lip) / (self._chin - self._teeth_bottom), 0, 1.35)
        fade = np.clip((1.35 - below) / 0.6, 0, 1)
        broad = travel * jaw * jaw
        ease = np.clip(below / 0.5, 0, 1)
        shift = (shift_at_lip * (1 - ease) + broad * ease) * fade
        source_y = np.where(self._y >= lip, self._y - shift, self._y)
        patch = cv2.remap(self._portrait, self._x, source_y.astype(np.float32), cv2.INTER_LINEAR)
        # Behind the teeth it is dark.
        gap = np.clip(self._y - self._teeth_bottom + 0.5, 0, 1) * np.clip(lip - self._y + 0.5, 0, 1)
        gap *= np.clip((1 - np.abs(self._across)) * 12, 0, 1)
        depth = np.clip((self._y - self._teeth_bottom) / (4 * self._zoom), 0, 1)[..., None]
        dark = (1 - depth) * _colour(70, 60, 110) + depth * _colour(28, 18, 52)
        colour = patch[..., :3] * (1 - gap[..., None]) + dark * gap[..., None]
        patch[..., :3] = colour.astype(np.uint8)
        return patch


def _colour(blue: int, green: int, red: int) -> np.ndarray:
    return np.array((blue, green, red), np.float32)


def draw_room(width: int, height: int) -> np.ndarray:
    """A room with a window, a shelf, a lamp and a plant; BGR uint8 (height, width, 3)."""
    room = np.empty((720, 1280, 3), np.float32)
    y, x = np.mgrid[0:720, 0:1280].astype(np.float32)
    light = np.exp(-(((x - 250) / 520) ** 2 + ((y - 220) / 420) ** 2))[..., None]
    room[:] = _colour(150, 168, 178) * (0.72 + 0.38 * light)
    room[600:] = _colour(60, 84, 120) * (0.8 + 0.3 * light[600:])
    room = np.clip(room, 0, 255).astype(np.uint8)
    _window(room)
    _shelf(room)
    _lamp_and_plant(room)
    scale = max(width / 1280, height / 720)
    grown = cv2.resize(room, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    left = (grown.shape[1] - width) // 2
    top = (grown.shape[0] - height) // 2
    return np.ascontiguousarray(grown[top : top + height, left : left + width])


def _window(room: np.ndarray) -> None:
    cv2.rectangle(room, (70, 70), (360, 430), (225, 232, 236), -1)
    sky = np.linspace(0, 1, 330, dtype=np.float32)[:, None, None]
    room[85:415, 85:345] = (1 - sky) * _colour(240, 205, 160) + sky * _colour(225, 228, 224)
    for x, top in ((85, 330), (140, 300), (205, 345), (260, 315), (310, 350)):
        cv2.rectangle(room, (x, top), (min(x + 52, 345), 415), (150 - top // 6, 140, 130), -1)
    cv2.rectangle(room, (209, 85), (221, 415), (225, 232, 236), -1)
    cv2.rectangle(room, (85, 236), (345, 248), (225, 232, 236), -1)
    cv2.rectangle(room, (50, 430), (380, 448), (205, 212, 216), -1)


def _shelf(room: np.ndarray) -> None:
    random = np.random.default_rng(3)
    covers = [(60, 60, 150), (120, 80, 40), (70, 120, 60), (40, 110, 170), (110, 100, 95),
              (50, 50, 60), (150, 140, 60), (170, 175, 185)]  # fmt: skip
    for top in (110, 260, 410):
        x = 910
        while x < 1200:
            thick, tall = int(random.integers(16, 34)), int(random.integers(80, 126))
            cover = covers[int(random.integers(len(covers)))]
            cv2.rectangle(room, (x, top + 130 - tall), (x + thick - 3, top + 130), cover, -1)
            stripe = tuple(min(255, c + 60) for c in cover)
            height = top + 130 - tall * 3 // 4
            cv2.rectangle(room, (x + 3, height), (x + thick - 6, height + 6), stripe, -1)
            x += thick + (12 if random.random() < 0.12 else 0)
        cv2.rectangle(room, (890, top + 130), (1230, top + 144), (50, 78, 112), -1)


def _lamp_and_plant(room: np.ndarray) -> None:
    cv2.rectangle(room, (843, 330), (849, 610), (60, 62, 70), -1)
    shade = np.array([(805, 330), (887, 330), (868, 250), (824, 250)], np.int32)
    cv2.fillPoly(room, [shade], (170, 215, 245), cv2.LINE_AA)
    pot = np.array([(395, 520), (475, 520), (462, 610), (408, 610)], np.int32)
    cv2.fillPoly(room, [pot], (70, 100, 170), cv2.LINE_AA)
    for angle in range(-70, 71, 20):
        tip = (
            435 + int(130 * math.sin(math.radians(angle))),
            515 - int(150 * math.cos(math.radians(angle))),
        )
        middle = ((435 + tip[0]) // 2, (515 + tip[1]) // 2)
        cv2.ellipse(room, middle, (80, 15), 90 + angle, 0, 360, (60, 115 + angle // 3, 55), -1,
                    cv2.LINE_AA)  # fmt: skip


def _premultiplied(portrait: np.ndarray) -> np.ndarray:
    alpha = portrait[..., 3:].astype(np.float32) / 255
    colour = (portrait[..., :3] * alpha + 0.5).astype(np.uint8)
    return np.dstack([colour, portrait[..., 3]])
