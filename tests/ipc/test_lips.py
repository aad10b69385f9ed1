"""What crosses from video to audio is free of pose, carries its time and is never stale."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vcam import lips
from vcam.daemon.protocol import LIPS_CAPACITY
from vcam.ipc.lips_mailbox import LipReader, LipWriter
from vcam.ipc.mailbox import Mailbox
from vcam.lips import LANDMARKS, STALE, LipObservation


@pytest.fixture
def face() -> np.ndarray:
    """Landmarks (52, 2) of a drawn frontal face, 100 pixels between the eyes."""
    around = 2 * np.pi * np.arange(20) / 20
    outer = np.stack([-25 * np.cos(around), 60 + 10 * np.sin(around)], 1)
    inner = np.stack([-20 * np.cos(around), 60 + 3 * np.sin(around)], 1)
    rest = [(-50, 0), (-20, 0), (20, 0), (50, 0), (0, 35), (0, 30), (0, 110), (0, -75),
            (-75, 0), (75, 0), (0, -15), (0, 0)]  # fmt: skip
    return np.concatenate([outer, inner, rest]) + (320, 200)


def turned(points: np.ndarray, degrees: float, zoom: float, shift: tuple) -> np.ndarray:
    angle = math.radians(degrees)
    matrix = zoom * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    return points @ matrix.T + shift


@pytest.mark.parametrize(
    "degrees, zoom, shift", [(25, 1, (0, 0)), (-40, 0.3, (9, 7)), (0, 4, (-99, 50))]
)
def test_tilt_distance_and_place_do_not_count(
    face: np.ndarray, degrees: int, zoom: float, shift: tuple[int, int]
) -> None:
    plain, size, turn = lips.normalise(face)
    moved, zoomed, same = lips.normalise(turned(face, degrees, zoom, shift))
    np.testing.assert_allclose(moved, plain, atol=1e-5)
    assert zoomed == pytest.approx(size * zoom)
    assert same == pytest.approx(turn, abs=1e-6)


def test_a_turned_head_keeps_its_height_and_says_so(face: np.ndarray) -> None:
    profile = face.copy()
    profile[:, 0] = 320 + (profile[:, 0] - 320) * 0.7
    profile[LANDMARKS.index(4), 0] += 20
    plain, _, _ = lips.normalise(face)
    seen, _, turn = lips.normalise(profile)
    assert turn > 0.15
    np.testing.assert_allclose(seen[:, 1], plain[:, 1], atol=0.02)


def observation(time: float, confidence: float = 1.0, number: int = 0) -> LipObservation:
    points = np.full((len(LANDMARKS), 2), time, np.float32)
    return LipObservation(time, points, 60.0, 0.1, confidence, face=number)


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[tuple[LipWriter, LipReader]]:
    with Mailbox.create(tmp_path / "lips", LIPS_CAPACITY) as mailbox:
        yield LipWriter(mailbox), LipReader(Mailbox.attach(mailbox.path))


def test_reader_gets_the_observation_of_the_moment(ends: tuple[LipWriter, LipReader]) -> None:
    writer, reader = ends
    assert reader.at(10.0) == ()
    for i in range(40):
        writer.put([observation(10 + i / 25)])
    (found,) = reader.at(11.30)
    assert found.time == pytest.approx(11.28) and found.age == pytest.approx(0.02)
    assert (found.points == np.float32(found.time)).all()
    assert found.size == 60.0 and found.confidence == 1.0


def test_reader_never_gets_the_future_or_the_stale(ends: tuple[LipWriter, LipReader]) -> None:
    writer, reader = ends
    writer.put([observation(5.0)])
    assert not reader.at(4.9)
    assert reader.at(5.0 + STALE - 0.01)
    assert not reader.at(5.0 + STALE + 0.01)


def test_a_lost_face_withdraws_the_mouth_at_once(ends: tuple[LipWriter, LipReader]) -> None:
    writer, reader = ends
    writer.put([observation(5.0)])
    writer.put([lips.absent(5.04)])
    assert reader.at(5.03)
    assert not reader.at(5.05)
    writer.put([observation(5.08)])
    assert reader.at(5.09)


def test_a_picture_with_several_mouths_is_given_whole(ends: tuple[LipWriter, LipReader]) -> None:
    writer, reader = ends
    for i in range(40):
        writer.put([observation(5 + i / 30, number=number) for number in (2, 5, 7)])
    assert [one.face for one in reader.at(5 + 30.5 / 30)] == [2, 5, 7]
    assert {one.time for one in reader.at(5 + 30.5 / 30)} == {6.0}
    writer.put([observation(6.4, number=2), observation(6.4, 0.0, number=5)])
    assert not reader.at(6.41), "who speaks is not known while one of them cannot be read"


def test_a_recording_answers_like_the_mailbox(ends: tuple[LipWriter, LipReader]) -> None:
    writer, reader = ends
    seen = [observation(i / 30, confidence=float(i % 4 > 0)) for i in range(12)]
    for one in seen:
        writer.put([one])
    ring = lips.ring_of(seen)
    for time in np.arange(0, 1, 0.01):
        live, recorded = reader.at(time), lips.select(ring, time)
        assert [(one.time, one.age) for one in live] == [(one.time, one.age) for one in recorded]


def test_a_recording_may_be_looked_at_ahead_of_its_sound() -> None:
    ring = lips.ring_of([observation(i / 25) for i in range(25)])
    (found,) = lips.select(ring, 0.5, ahead=lips.LOOKAHEAD)
    assert found.time == pytest.approx(0.8) and found.age == pytest.approx(-0.3)
    (end,) = lips.select(ring, 1.0, ahead=lips.LOOKAHEAD)
    assert end.age == pytest.approx(0.04)
