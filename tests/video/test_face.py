"""Faces are found, followed by their landmarks, keep their ids, and one of them is "me"."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from vcam import lips
from vcam.networks.models import Model, models_dir, open_model
from vcam.video.stages.face import Face
from vcam.video.stages.face_networks import FaceNetworks
from vcam.video.stages.face_tracker import FaceState, FaceTracker
from vcam.video.stages.lips import observe

ROOT = Path(__file__).parents[2]
MEDIAPIPE = Path(
    os.environ.get("VCAM_MEDIAPIPE_PYTHON", ROOT / ".venv-mediapipe" / "bin" / "python")
)


class Counting:
    """A model that counts its runs."""

    def __init__(self, model: Model) -> None:
        self.model, self.runs = model, 0

    def run(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.runs += 1
        return self.model.run(feeds)


@pytest.fixture(scope="module")
def detector() -> Counting:
    return Counting(open_model("face_detector"))


@pytest.fixture(scope="module")
def tracker(detector: Counting) -> FaceTracker:
    return FaceTracker(FaceNetworks(cast(Model, detector), open_model("face_landmarks")))


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    picture = cv2.imread(str(ROOT / "vcam" / "assets" / "demo_portrait.webp"))
    assert picture is not None
    return cv2.resize(picture, None, fx=480 / picture.shape[0], fy=480 / picture.shape[0])


def shifted(picture: np.ndarray, x: float, y: float, angle: float = 0.0) -> np.ndarray:
    height, width = picture.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    move[:, 2] += np.array((x, y))
    return cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REPLICATE)


def test_detector_runs_only_until_a_face_is_followed(
    tracker: FaceTracker, detector: Counting, portrait: np.ndarray
) -> None:
    state, before = None, detector.runs
    for i in range(20):
        state, faces = tracker.step(state, shifted(portrait, 2 * i, i))
        assert len(faces) == 1 and faces[0].id == 1 and faces[0].me
    assert detector.runs - before == 1


@pytest.mark.parametrize("angle", [-25, 20])
def test_landmarks_follow_movement_and_tilt(
    tracker: FaceTracker, portrait: np.ndarray, angle: int
) -> None:
    _, (first,) = tracker.step(None, portrait)
    state, _ = tracker.step(None, portrait)
    faces: tuple[Face, ...] = ()
    for share in np.linspace(0, 1, 8):
        state, faces = tracker.step(state, shifted(portrait, 30 * share, 0, angle * share))
    height, width = portrait.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    move[:, 2] += (30, 0)
    expected = first.landmarks[:, :2] @ move[:, :2].T + move[:, 2]
    error = np.linalg.norm(faces[0].landmarks[:, :2] - expected, axis=1)
    eyes = np.linalg.norm(expected[263] - expected[33])
    assert error.mean() < 0.05 * eyes


def test_no_face_in_an_empty_room_and_none_after_the_face_has_left(
    tracker: FaceTracker, portrait: np.ndarray
) -> None:
    room = np.full_like(portrait, 90)
    assert tracker.step(None, room)[1] == ()
    state, faces = tracker.step(None, portrait)
    assert len(faces) == 1
    state, faces = tracker.step(state, room)
    assert faces == ()
    state, faces = tracker.step(state, portrait)
    assert faces[0].id == 1  # back within seconds: the same person


def test_two_faces_keep_their_ids_and_the_larger_is_me(
    tracker: FaceTracker, portrait: np.ndarray
) -> None:
    face = portrait[:360, 120:480]
    small = cv2.resize(face, None, fx=0.75, fy=0.75)
    scene = np.full((360, 630, 3), 110, np.uint8)
    scene[:, :360] = face
    scene[90:, 360:] = small

    state, faces = tracker.step(None, scene)
    assert len(faces) == 2
    me = next(face for face in faces if face.me)
    other = next(face for face in faces if not face.me)
    assert me.landmarks[:, 0].mean() < other.landmarks[:, 0].mean()
    places = {face.id: face.landmarks[:, 0].mean() for face in faces}
    for _ in range(3):
        state, faces = tracker.step(state, scene)
    assert {f.id: round(f.landmarks[:, 0].mean(), -1) for f in faces} == {
        i: round(x, -1) for i, x in places.items()
    }
    _, faces = tracker.step(state, scene, other.id)
    assert [face.id for face in faces if face.me] == [other.id]


def test_a_face_far_from_a_wide_camera_is_found(tracker: FaceTracker, portrait: np.ndarray) -> None:
    scene = np.full((480, 1280, 3), 110, np.uint8)
    scene[:, 400 : 400 + portrait.shape[1]] = portrait  # the face fills a tenth of the width
    state: FaceState | None = None
    for _ in range(4):
        state, faces = tracker.step(state, scene)
    assert len(faces) == 1


def test_a_new_frame_size_starts_anew(tracker: FaceTracker, portrait: np.ndarray) -> None:
    state, _ = tracker.step(None, portrait)
    _, faces = tracker.step(state, portrait[::2, ::2].copy())
    assert len(faces) == 1


def test_confidence_falls_with_blur_cover_and_distance(
    tracker: FaceTracker, portrait: np.ndarray
) -> None:
    def confidence(picture: np.ndarray) -> float:
        state: FaceState | None = None
        for _ in range(3):
            state, faces = tracker.step(state, picture)
        if not faces:
            return 0.0
        return observe(faces[0].landmarks, faces[0].presence, picture, 0.0).confidence

    clear = confidence(portrait)
    assert clear > 0.9
    _, (face,) = tracker.step(None, portrait)
    mouth = face.landmarks[list(lips.OUTER_LIP), :2]
    (x, y), reach = mouth.mean(0), float(np.ptp(mouth[:, 0]))
    covered = portrait.copy()
    skin = portrait[int(face.landmarks[50, 1]), int(face.landmarks[50, 0])].tolist()
    cv2.ellipse(covered, (int(x), int(y)), (int(reach), int(0.7 * reach)), 15, 0, 360, skin, -1)
    assert confidence(covered) < 0.2
    assert confidence(cv2.GaussianBlur(portrait, (0, 0), 12)) < 0.2
    eyes = float(np.linalg.norm(face.landmarks[33, :2] - face.landmarks[263, :2]))
    far = cv2.resize(portrait, None, fx=12 / eyes, fy=12 / eyes, interpolation=cv2.INTER_AREA)
    room = np.full((240, 320, 3), 90, np.uint8)
    room[: far.shape[0], : far.shape[1]] = far[:240, :320]
    assert confidence(room) == 0.0


def test_landmarks_agree_with_mediapipe_on_real_clips(tracker: FaceTracker, data_dir: Path) -> None:
    """The corpus' landmarks were made with MediaPipe's own face mesh."""
    av = pytest.importorskip("av")
    clip = data_dir / "av" / "grid_other" / "pwij3p.mp4"
    expected = np.load(clip.with_suffix(".npz"))["landmarks"][:, :, :2].astype(float)
    state, errors = None, []
    with av.open(str(clip)) as container:
        for i, picture in enumerate(container.decode(video=0)):
            state, faces = tracker.step(state, picture.to_ndarray(format="bgr24"))
            found = faces[0].landmarks[list(lips.LANDMARKS), :2]
            errors.append(np.abs(found - expected[i]).mean())
            if i == 24:
                break
    assert np.mean(errors) < 0.6  # pixels, at 70 between the eyes


@pytest.mark.skipif(not MEDIAPIPE.is_file(), reason="mediapipe is not installed")
def test_converted_nets_agree_with_litert() -> None:
    said = subprocess.run(
        [MEDIAPIPE, "-m", "export.face.parity", models_dir(), "--pictures", "1"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    differences = json.loads(said.stdout.splitlines()[-1])
    assert set(differences) == {"face_detector", "face_landmarks"}
    for outputs in differences.values():
        assert len(outputs) == 2 and max(outputs.values()) < 1e-3


def test_a_face_is_a_value(tracker: FaceTracker, portrait: np.ndarray) -> None:
    state, faces = tracker.step(None, portrait)
    kept = faces[0].landmarks.copy()
    tracker.step(state, shifted(portrait, 5, 5))
    assert np.array_equal(state.faces[0].landmarks, kept)
    assert replace(faces[0], me=False).id == faces[0].id
