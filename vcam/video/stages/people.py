"""Who of several persons is in: everyone, the nearest, or the one whose face was chosen.

Nobody is in who has not been chosen: a passer-by is out from the first picture on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from vcam.video.stages.face import Face, me
from vcam.video.stages.masks import inside
from vcam.video.stages.parting import parted
from vcam.video.stages.person import Person, Seen, expected, look
from vcam.video.stages.persons import COMES_IN, Group, follow

People = Literal["everyone", "nearest", "me"]

ALIKE = 0.6  # how far the colours of who comes back are the same, 0..1
SITS_DOWN = 5.0  # seconds after which another who faces the camera may be "me"
NEARER, FOR_LONG = 1.25, 0.7  # times as large for so many seconds: another is the nearest
COVERED = 0.2  # of a head
UNLIKE = (10, 5, 5)  # levels of Y, U and V
AROUND, HERE = np.ones((25, 25), np.uint8), np.ones((5, 5), np.uint8)


@dataclass(frozen=True, eq=False)
class PeopleState:
    """`chosen` is the number of the person who is in, `sure` that it was chosen by its face, and
    `colours` are that person's. `wanted` is the face that was asked for and found, or was nobody's;
    `rival` is who is nearer since when.
    """

    group: Group = Group()
    chosen: int | None = None
    sure: bool = False
    colours: np.ndarray | None = None
    wanted: int | Literal["auto"] = "auto"
    rival: tuple[int, float] | None = None
    looks: np.ndarray | None = None


def select(
    state: PeopleState | None,
    alpha: np.ndarray,
    i420: np.ndarray,
    faces: Sequence[Face],
    people: People,
    wanted: int | Literal["auto"],
    time: float,
) -> tuple[PeopleState, np.ndarray, frozenset[int]]:
    """Takes the others out of a matte, uint8 (H, W), of an I420 picture.

    `wanted` is the number of the face that is "me". Returns the matte of who is in and the numbers
    of the faces.
    """
    seen = look(alpha, i420, faces, time)
    if state is None or not _fits(state.group, seen):
        state = PeopleState(Group(time=time))
    group, owners = follow(state.group, seen, state.chosen)
    state = choose(replace(state, group=group), seen, people, wanted)
    persons = group.persons
    chosen = next((one for one in persons if one.number == state.chosen), None)
    if chosen is None or _is_covered(chosen, persons, seen):
        return state, np.zeros_like(alpha), frozenset()
    looks = state.looks
    if looks is None or chosen.shape is chosen.where:
        looks = seen.picture
    state = replace(state, looks=looks)
    own = owners == persons.index(chosen)
    if own.all():
        return state, alpha, chosen.faces
    out, doubtful = _unlike(looks, chosen, persons, seen.picture)
    kept = parted(own & ~out, doubtful, seen)
    kept = cv2.resize(kept, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return state, cv2.multiply(alpha, kept, scale=1 / 255), chosen.faces


def _fits(group: Group, seen: Seen) -> bool:
    return not group.persons or group.persons[0].where.shape == seen.there.shape


def _is_covered(chosen: Person, persons: Sequence[Person], seen: Seen) -> bool:
    """Whether somebody who moves about may be before the face of the one who is in.

    Who is who cannot be told then, and nobody is shown.
    """
    restless = [one for one in persons if one is not chosen and one.restless]
    if chosen.face or not chosen.faces or not restless:
        return False
    head = expected(chosen).copy()
    rows = np.flatnonzero(head.any(1))
    if rows.size:
        head[rows[0] + (rows[-1] - rows[0]) // 2 :] = False
    if not head.any():
        return False
    if any(head[inside(box)].any() for _, box in seen.faces):
        return True
    return any((expected(one) | one.where)[head].mean() > COVERED for one in restless)


def _unlike(
    looks: np.ndarray, chosen: Person, persons: Sequence[Person], now: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What is near somebody who moves about and does not look as the chosen one did there: what is
    another's, and what may be, both bool."""
    passes = [one for one in persons if one is not chosen and one.restless]
    nothing = np.zeros(chosen.where.shape, bool)
    if not passes:
        return nothing, nothing
    by = np.array([[1.0, 0, round(chosen.x - chosen.shape_x)], [0, 1, round(chosen.down)]])
    then: np.ndarray = cv2.warpAffine(looks, by, now.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    own = expected(chosen)[..., None].astype(np.uint8) * 255
    lowest, highest = cv2.erode(then | ~own, HERE), cv2.dilate(then & own, HERE)
    off: np.ndarray = np.maximum(cv2.subtract(lowest, now), cv2.subtract(now, highest))
    unlike = cv2.blur(cv2.bitwise_not(cv2.inRange(off, (0, 0, 0), UNLIKE)), (5, 5))

    def near(several: Sequence[np.ndarray]) -> np.ndarray:
        return cv2.dilate(np.any([nothing, *several], axis=0).astype(np.uint8), AROUND) > 0

    before = [  # not behind; who is cut by the picture's side may be before
        one.where
        for one in passes
        if chosen.hidden or not one.hidden or one.where[:, [0, -1]].any()
    ]
    anywhere = [one.where | expected(one) for one in passes]
    return near(before) & (unlike > 0.3 * 255), near(anywhere) & (unlike > 0.1 * 255)


def choose(
    state: PeopleState, seen: Seen, people: People, wanted: int | Literal["auto"]
) -> PeopleState:
    """Who is in."""
    persons = state.group.persons
    now = next((one for one in persons if one.number == state.chosen), None)
    if people == "nearest":
        return _nearest(state, now, seen.time)
    named = next((one for one in persons if wanted in one.faces), None)
    if named is None:
        state = replace(state, wanted=wanted)
    elif named is now or (named.face and _may_be_meant(named, state, now, wanted, seen.time)):
        return replace(state, chosen=named.number, sure=True, colours=named.colours, wanted=wanted)
    if now is not None and state.sure:
        return replace(state, colours=now.colours)
    face = me([face for face, _ in seen.faces])
    for one in persons:
        if not one.face or face is None or face.id not in one.faces:
            continue
        alike = state.colours is None or _alike(state.colours, one.colours) > ALIKE
        if not state.sure or alike or seen.time - one.came > SITS_DOWN:
            return replace(state, chosen=one.number, sure=True, colours=one.colours)
    if not state.sure and persons:
        largest = max(persons, key=lambda one: one.size)
        return replace(state, chosen=largest.number)
    return state


def _may_be_meant(
    named: Person,
    state: PeopleState,
    now: Person | None,
    wanted: int | Literal["auto"],
    time: float,
) -> bool:
    """Whether the face asked for is on the one it was asked for. Numbers are kept for the next
    call, where a passer-by may get them."""
    if wanted != state.wanted or not state.sure:
        return True
    together = now is not None and named.came < now.came + COMES_IN
    return together or time - named.came > SITS_DOWN


def _nearest(state: PeopleState, now: Person | None, time: float) -> PeopleState:
    if not state.group.persons:
        return state
    best = max(state.group.persons, key=lambda one: one.size)
    if now is None:
        return replace(state, chosen=best.number, sure=False, rival=None)
    if best is now or best.size < NEARER * now.size:
        return replace(state, rival=None)
    rival, since = state.rival or (best.number, time)
    if rival != best.number:
        since = time
    if time - since > FOR_LONG:
        return replace(state, chosen=best.number, sure=False, rival=None)
    return replace(state, rival=(best.number, since))


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(one * other).sum())
