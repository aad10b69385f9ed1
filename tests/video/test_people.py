"""Who is in: the chosen one stays, and others do not show up in a single picture."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.video.walks import (
    FPS,
    HEIGHT,
    WIDTH,
    Actor,
    Scene,
    demo_person,
    passing,
    play,
    played,
    shares,
    still,
    walks,
)
from vcam.networks.picture import open_picture
from vcam.video.i420 import to_i420
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages import matte
from vcam.video.stages.face import Face
from vcam.video.stages.order import VideoOptions
from vcam.video.stages.parting import parted
from vcam.video.stages.people import People, PeopleState, select
from vcam.video.stages.person import Seen

MOST = 0.004  # of the picture: a line along outlines that touch
BEHIND = 0.0006  # with a matte as it should be


@pytest.fixture(scope="module")
def persons() -> list[np.ndarray]:
    return [demo_person(), demo_person(hue=60, flip=True), demo_person(hue=110, light=0.8)]


def face(number: int, actor: Actor, time: float, *, me: bool = False) -> Face:
    """Where the demo's face is."""
    place = actor.path(time)
    assert place is not None
    x, y, tall = place
    middle = (x * WIDTH - 0.07 * tall * HEIGHT, (y - 0.68 * tall) * HEIGHT)
    half = 0.16 * tall * HEIGHT
    landmarks = np.zeros((468, 3), np.float32)
    landmarks[:, 0] = np.linspace(middle[0] - half, middle[0] + half, 468)
    landmarks[:, 1] = np.linspace(middle[1] - half, middle[1] + half, 468)
    return Face(number, landmarks, 20.0, me)


class Room:
    """Goes on from picture to picture, with the matte as it should be."""

    def __init__(self, people: People = "me") -> None:
        self.people, self.state, self.time = people, None, 0.0
        self.inside: frozenset[int] = frozenset()
        self.wanted: int | str = "auto"

    state: PeopleState | None
    matte: np.ndarray

    def show(self, scene: Scene, faces: Sequence[Face], chosen: int) -> tuple[float, float]:
        alpha = (255 * np.clip(sum(scene.visible), 0, 1)).astype(np.uint8)
        self.state, self.matte, self.inside = select(
            self.state,
            alpha,
            to_i420(scene.frame),
            faces,
            self.people,
            self.wanted,  # type: ignore[arg-type]
            self.time,
        )
        self.time += 1 / FPS
        return shares(self.matte, scene, chosen)


@pytest.mark.long
@pytest.mark.parametrize("name", ["behind", "two behind"])
def test_who_passes_behind_is_not_in_a_single_picture(persons: list[np.ndarray], name: str) -> None:
    me, room = Actor(persons[0], still(0.55)), Room()
    actors = walks(me, *persons[1:])[name]
    found = np.array(
        [
            room.show(scene, [face(1, me, i / FPS, me=True)], actors.index(me))
            for i, scene in enumerate(play(actors, 6.5))
        ]
    )
    assert found[:, 1].max() <= BEHIND
    assert found[:, 0].min() > 0.85 and found[:, 0].mean() > 0.95


def test_the_line_between_two_who_touch_runs_where_the_picture_changes() -> None:
    """Not where the small picture's pixels end, and down to the lower end of the picture."""
    fine = np.full((180, 320, 3), 90, np.uint8)
    fine[:, 151:] = 160
    own, nothing = np.zeros((90, 160), bool), np.zeros((90, 160), bool)
    own[:, :77], own[30:60, :75] = True, True
    seen = Seen(fine, fine[::2, ::2], ~nothing, nothing.astype(int), [], 0.0)
    kept = parted(own, nothing, seen)
    assert kept[:, 151:].max() == 0 and kept[:, :150].min() == 255


@pytest.mark.long
def test_a_face_that_is_mixed_up_with_a_passer_bys_takes_nobody_in(
    persons: list[np.ndarray],
) -> None:
    """A mesh over both heads is wider, and its middle is not where mine is."""
    me, room = Actor(persons[0], still(0.55)), Room()
    actors, most = walks(me, *persons[1:])["behind"], 0.0
    for i, scene in enumerate(play(actors, 6.5)):
        mine = face(1, me, i / FPS, me=True)
        if 100 < i < 150:
            left = mine.landmarks[:, 0].min()
            mine.landmarks[:, 0] = left + 1.6 * (mine.landmarks[:, 0] - left)
        most = max(most, room.show(scene, [mine], actors.index(me))[1])
    assert most <= MOST


def test_who_sits_beside_is_out_and_a_click_on_that_face_turns_it_round(
    persons: list[np.ndarray],
) -> None:
    other, me = Actor(persons[1], still(0.2, 0.75)), Actor(persons[0], still(0.65))
    room, seen = Room(), list(play([other, me], 2))
    for i, scene in enumerate(seen):
        faces = [face(1, me, i / FPS, me=i < 30), face(2, other, i / FPS, me=i >= 30)]
        room.wanted = "auto" if i < 30 else 2
        left, shown = room.show(scene, faces, 1 if i < 30 else 0)
        assert left > 0.95 and shown <= MOST
        assert room.inside == {1 if i < 30 else 2}


@pytest.mark.long
def test_only_me_is_me_again_after_the_nearest_was_in(persons: list[np.ndarray]) -> None:
    near, me = Actor(persons[1], still(0.2, 1.0)), Actor(persons[0], still(0.65, 0.6))
    room = Room()
    for i, scene in enumerate(play([me, near], 2)):
        room.people = "nearest" if 10 <= i < 45 else "me"
        faces = [face(1, me, i / FPS, me=True), face(2, near, i / FPS)]
        room.show(scene, faces, 0)
        if i in (9, 44, 45):
            assert room.inside == {2 if i == 44 else 1}


def test_a_face_that_is_seen_a_moment_later_than_another_is_in_by_its_number(
    persons: list[np.ndarray],
) -> None:
    """As after a sleep, from which every number is given anew."""
    other, me = Actor(persons[1], still(0.2, 0.75)), Actor(persons[0], still(0.65))
    room = Room()
    room.wanted = 2
    for i, scene in enumerate(play([other, me], 0.5)):
        faces = [face(1, other, i / FPS, me=i < 8)]
        faces += [face(2, me, i / FPS, me=True)] if i >= 8 else []
        room.show(scene, faces, 1)
        assert room.inside == {1 if i < 8 else 2}


@pytest.mark.long
def test_a_click_on_a_face_that_is_lost_for_a_moment_counts_once_it_is_back(
    persons: list[np.ndarray],
) -> None:
    other, me = Actor(persons[1], still(0.2, 0.75)), Actor(persons[0], still(0.65))
    room = Room()
    for i, scene in enumerate(play([other, me], 1.5)):
        room.wanted = "auto" if i < 30 else 2
        faces = [face(1, me, i / FPS, me=i < 30)]
        faces += [] if 30 <= i < 35 else [face(2, other, i / FPS, me=i >= 35)]
        room.show(scene, faces, 0)
        assert room.inside == {1 if i < 35 else 2}


@pytest.mark.long
def test_who_passes_with_the_number_that_was_mine_in_another_call_stays_out(
    persons: list[np.ndarray],
) -> None:
    me, other = Actor(persons[0], still(0.7)), Actor(persons[1], passing(1.2, 0.6, 0.6))
    room = Room()
    room.wanted = 2
    for i, scene in enumerate(play([other, me], 3)):
        there = 0.1 < (place := other.path(i / FPS) or (0.0,))[0] < 0.4
        faces = [face(1, me, i / FPS, me=not there)]
        faces += [face(2, other, i / FPS, me=True)] if there and len(place) > 1 else []
        left, shown = room.show(scene, faces, 1)
        assert shown <= MOST and 1 in room.inside


@pytest.mark.long
def test_who_turns_away_stays_in(persons: list[np.ndarray]) -> None:
    other, me = Actor(persons[1], still(0.2, 0.75)), Actor(persons[0], still(0.65))
    room = Room()
    for i, scene in enumerate(play([other, me], 4)):
        faces = [face(2, other, i / FPS, me=i > 60)]  # lost for long enough, "me" is another
        faces += [face(1, me, i / FPS, me=True)] if i < 15 else []
        left, shown = room.show(scene, faces, 1)
        assert left > 0.95 and shown <= MOST


def test_what_is_held_in_the_hand_stays(persons: list[np.ndarray]) -> None:
    me, room = Actor(persons[0], still(0.5)), Room()
    for i, scene in enumerate(play([me], 1.5)):
        size = max(0, min(i - 15, 20))
        hand = int(np.flatnonzero(scene.visible[0][240] > 0.9)[0])
        here = np.s_[240 - size : 240 + size, hand - 2 * size : hand + 4]
        scene.frame[here], scene.visible[0][here] = (40, 220, 240), 1.0
        room.show(scene, [face(1, me, i / FPS, me=True)], 0)
        assert not size or room.matte[here].min() >= 250


def test_the_nearest_is_in(persons: list[np.ndarray]) -> None:
    far, near = Actor(persons[1], still(0.2, 0.5)), Actor(persons[0], still(0.65, 0.9))
    room = Room("nearest")
    for i, scene in enumerate(play([far, near], 1)):
        faces = [face(1, far, i / FPS, me=True), face(2, near, i / FPS)]
        left, shown = room.show(scene, faces, 1)
        assert left > 0.95 and shown <= MOST


@pytest.mark.long
def test_the_camera_gives_the_same(persons: list[np.ndarray]) -> None:
    networks = open_picture(["portrait", "face"])
    actors = [Actor(persons[1], still(0.2, 0.75)), Actor(persons[0], still(0.65))]
    scenes = list(play(actors, 0.7))
    everyone = played(networks, scenes, 1)
    alone = played(networks, scenes, 1, people="me")
    assert everyone[:, 1].min() > 0.05
    assert alone[:, 1].max() <= MOST
    assert (alone[:, 0] / everyone[:, 0]).min() > 0.95


@pytest.mark.long
@pytest.mark.parametrize("before", [True, False])
def test_who_is_in_stays_the_same_while_somebody_passes(
    persons: list[np.ndarray], before: bool
) -> None:
    """Right before me, where nobody is shown while my face is covered, or behind."""
    me = Actor(persons[0], still(0.55))
    other = passing(0.3, 0.45, 1.0, 1.2) if before else passing(0.3, 0.45)
    actors = [me, Actor(persons[1], other)]
    scenes = list(play(actors if before else actors[::-1], 4.2))
    found = played(open_picture(["portrait", "face"]), scenes, 1 - before, people="me")
    assert found[:, 1].max() <= 2 * MOST
    assert found[-5:, 0].min() > 0.9 and found[:30, 0].min() > 0.9
    assert before or found[:, 0].min() > 0.6


def test_where_persons_cannot_be_told_apart_nobody_new_is_shown(
    persons: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no")

    pipeline = VideoPipeline(open_picture(["portrait", "face"]))
    options = VideoOptions(width=WIDTH, height=HEIGHT, people="me")
    scene = next(play([Actor(persons[1], still(0.2)), Actor(persons[0], still(0.65))], 0.1))
    state, first = pipeline.step(None, scene.frame, 0.0, options)
    monkeypatch.setattr(matte, "select", fail)
    _, held = pipeline.step(state, scene.frame, 0.1, options)
    assert (first.shown, held.shown) == ("live", "held")
    assert held.picture is first.picture
