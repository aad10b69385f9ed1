"""The picture's loop with a real source and the real networks; only the virtual camera is ours."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.films import clip
from vcam.daemon.protocol import (
    LIPS_CAPACITY,
    PREVIEW_CAPACITY,
    NewSettings,
    PictureStart,
    PreviewPictures,
    PreviewWanted,
)
from vcam.ipc.lips_mailbox import LipReader
from vcam.ipc.mailbox import Mailbox
from vcam.networks import picture
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.video.capture.contract import CameraChoice, CameraError
from vcam.video.i420 import planes, to_bgr, to_i420
from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.stages.standby import standby_card
from vcam.video.worker import loop, sink, source
from vcam.video.worker.background import BackgroundPicture
from vcam.video.worker.loop import VideoLoop

WIDTH, HEIGHT = 320, 180
CARD = standby_card(WIDTH, HEIGHT)


class Recorder(CameraPublisher):
    """A virtual camera that keeps what it is sent. `read` says whether somebody looks."""

    kind = "v4l2loopback"

    def __init__(self) -> None:
        self.sent: list[tuple[float, np.ndarray]] = []
        self.read, self.opened, self.closed, self.broken = True, 0, 0, False

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None

    def open(self, width: int, height: int, fps: float) -> None:
        self.opened += 1
        self.broken = False

    def send(self, i420: np.ndarray) -> None:
        if self.broken:
            raise PublishError("virtualcam.closed", name="The device")
        self.sent.append((time.monotonic(), i420.copy()))

    def reader_present(self) -> bool:
        return self.read

    def readers(self) -> list[str]:
        return ["zoom"] if self.read else []

    def close(self) -> None:
        self.closed += 1


class Rig:
    def __init__(self, folder: Path, camera: str | None, **settings: object) -> None:
        self.recorder = Recorder()
        self.lips = Mailbox.create(folder / "lips", LIPS_CAPACITY)
        self.preview = Mailbox.create(folder / "preview", PREVIEW_CAPACITY)
        self.settings = Settings(**{"width": WIDTH, "height": HEIGHT, **settings})
        start = PictureStart(
            settings=self.settings,
            camera=camera,
            lips_mailbox=str(self.lips.path),
            preview_mailbox=str(self.preview.path),
        )
        self.loop = VideoLoop(start, self._open)

    def _open(self, width: int, height: int, fps: float) -> Recorder:
        self.recorder.open(width, height, fps)
        return self.recorder

    def set(self, **changes: object) -> None:
        self.settings = self.settings.model_copy(update=changes)
        self.loop.tell(NewSettings(self.settings))

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, self.loop.status()
            time.sleep(self.loop.step())

    def frames(self, more: int) -> None:
        goal = self.loop.status().frames + more
        self.until(lambda: self.loop.status().frames >= goal)

    @property
    def pictures(self) -> list[np.ndarray]:
        return [picture for _, picture in self.recorder.sent]


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    built: list[Rig] = []
    monkeypatch.setattr(loop, "_LINGER", 0.5)
    monkeypatch.setattr(loop, "_ASLEEP", 0.3)
    monkeypatch.setattr(sink, "_RETRY", 0.5)

    def build(camera: str | None = "demo", **settings: object) -> Rig:
        built.append(Rig(tmp_path, camera, **settings))
        return built[-1]

    yield build
    for each in built:
        each.loop.close()


def sharpness(picture: np.ndarray) -> float:
    """Detail in the books on the demo's shelf, which only the raw room shows."""
    books = planes(picture)[0][25:140, 235:300]
    return float(cv2.Laplacian(books, cv2.CV_32F).var())


def test_the_demo_comes_out_blurred_from_the_first_frame_on(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(12)
    open_room = rig(background="none", brightness=False)
    open_room.frames(1)
    raw = sharpness(open_room.pictures[-1])
    assert raw > 100
    assert max(sharpness(picture) for picture in run.pictures) < raw / 10
    status = run.loop.status()
    assert (status.state, status.source, status.effect) == ("live", "demo", "blur")
    assert (status.width, status.height, status.readers) == (WIDTH, HEIGHT, ["zoom"])
    assert 0 < status.frame_ms <= status.delay_ms
    assert {"face", "matte", "background"} <= set(status.stages)
    assert 0 < sum(status.stages.values()) <= status.frame_ms + 1


def test_lips_are_observed_and_withdrawn(rig: Callable[..., Rig]) -> None:
    run = rig(width=640, height=360)
    reader = LipReader(run.lips)

    def seen() -> bool:
        newest = LipReader(run.lips).at(time.monotonic())
        return any(one.confidence > 0.5 for one in newest)

    run.until(lambda: run.loop.status().face and seen())
    run.set(pause=True)
    run.loop.step()
    assert not reader.at(time.monotonic())


def test_settings_count_from_the_next_frame_on(rig: Callable[..., Rig], tmp_path: Path) -> None:
    run = rig(brightness=False)
    run.frames(2)
    picture = tmp_path / "blue.png"
    cv2.imwrite(str(picture), np.full((90, 200, 3), (220, 30, 30), np.uint8))
    run.set(background=str(picture))
    run.until(
        lambda: np.abs(to_bgr(run.pictures[-1])[10, 10].astype(int) - (220, 30, 30)).max() < 12
    )
    run.set(background="#20a040")
    run.frames(1)
    corner = to_bgr(run.pictures[-1])[10, 10].astype(int)
    assert np.abs(corner - (0x40, 0xA0, 0x20)).max() < 12
    assert run.loop.status().effect == "color"
    run.set(pause=True)
    run.loop.step()
    assert np.array_equal(run.pictures[-1], CARD)
    assert run.loop.status().state == "standby"
    run.set(pause=False, bypass=True)
    run.frames(1)
    assert sharpness(run.pictures[-1]) > 100
    assert run.loop.status().effect == "bypass"


def test_a_background_that_is_no_picture_any_more_hides_the_room(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    run = rig()
    run.frames(2)
    sent, last = len(run.pictures), run.pictures[-1]
    broken = tmp_path / "notes.png"
    broken.write_text("not a picture")
    for path in (broken, "/" + 300 * "long" + "/notes.png"):
        run.set(background=str(path))
        run.until(lambda: run.loop.status().state == "degraded")
        run.frames(3)
        assert all(np.array_equal(picture, last) for picture in run.pictures[sent:])
        status = run.loop.status()
        assert "notes.png' is neither a picture" in str(status.reason)


def test_a_film_moves_behind_the_person(rig: Callable[..., Rig], tmp_path: Path) -> None:
    run = rig()
    run.set(background=str(clip(tmp_path / "sea.mp4", frames=10, fps=5)))
    corners: set[int] = set()

    def moved() -> bool:
        run.loop.step()
        corners.add(int(run.pictures[-1][4, 4]) if run.pictures else 0)
        return len(corners) > 4

    run.until(moved)
    assert run.loop.status().state == "live"
    run.set(background="blur")
    run.frames(2)
    assert run.loop.status().state == "live"


def test_a_film_that_is_replaced_while_it_plays_is_noticed_and_never_shows_the_room(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    run, film = rig(), tmp_path / "sea.mp4"
    run.set(background=str(clip(film, frames=11, fps=5)))
    run.until(lambda: run.loop.status().state == "live" and int(run.pictures[-1][4, 4]) > 100)
    film.write_bytes(film.read_bytes()[:400])
    run.until(lambda: run.loop.status().state == "degraded")
    assert "sea.mp4' is neither a picture nor a film" in str(run.loop.status().reason)
    picture = tmp_path / "new.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), 255, np.uint8))
    picture.replace(film)
    run.until(lambda: run.loop.status().state == "live" and int(run.pictures[-1][4, 4]) > 225)
    film.unlink()
    run.until(lambda: run.loop.status().state == "degraded")
    run.frames(3)
    assert int(run.pictures[-1][4, 4]) > 225
    assert max(map(sharpness, run.pictures)) < 40


def test_no_picture_shows_the_room_with_every_effect_and_a_film(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    """From the first picture on, also of the worker that follows one that was killed, and of a
    film that is broken in its middle."""
    film = clip(tmp_path / "sea.mkv", frames=11, fps=5, size=(320, 240))
    everything: dict[str, object] = {"framing": "auto", "people": "me", "low_light": "auto"}
    everything |= {"touch_up": "strong", "light": 80, "exposure": 20, "dim": 10, "fade": 20}
    data = bytearray(film.read_bytes())
    data[len(data) // 2 - 200 : len(data) // 2 + 200] = bytes(400)
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(data)
    for chosen in (film, broken):
        run = rig(background=str(chosen), **everything)
        run.frames(25)
        while np.array_equal(run.pictures[-1], CARD):  # until the film has been opened
            run.frames(1)
        for shown in run.pictures:
            corner = planes(shown)[0][:40, :60].astype(int)
            assert np.array_equal(shown, CARD) or np.ptp(corner) < 12


def test_a_background_is_let_go_however_soon(tmp_path: Path) -> None:
    for _ in range(20):
        background = BackgroundPicture()
        background.want(tmp_path / "gone.png", (64, 48))
        ending = threading.Thread(target=background.close, daemon=True)
        ending.start()
        ending.join(60)
        assert not ending.is_alive()


def test_one_trouble_hides_no_other(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(_root: Path | None) -> None:
        raise VcamError("models.missing", path="face.onnx")

    monkeypatch.setattr(picture, "open_face", missing)
    run = rig()
    run.set(background=str(tmp_path / "gone.png"))
    run.frames(1)
    told = ["background.no_picture", "models.missing"]
    run.until(lambda: [reason.key for reason in run.loop.status().reasons] == told)


def test_nobody_looks_and_the_camera_goes_off(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(2)
    run.recorder.read = False
    run.until(lambda: run.loop.status().state == "standby")
    run.until(lambda: run.loop.status().source is None)
    sent = len(run.recorder.sent)
    asleep = time.monotonic()
    run.until(lambda: time.monotonic() > asleep + 1.0)
    quiet = run.recorder.sent[sent:]
    assert 1 <= len(quiet) <= 4
    assert all(np.array_equal(picture, CARD) for _, picture in quiet)
    run.recorder.read = True
    woken = time.monotonic()
    run.frames(1)
    assert time.monotonic() - woken < 3
    assert sharpness(run.pictures[-1]) < 100


def test_without_a_camera_the_card_is_sent_and_the_reason_said(rig: Callable[..., Rig]) -> None:
    run = rig("no such camera")
    run.until(lambda: run.loop.status().state == "failed")
    run.until(lambda: len(run.recorder.sent) >= 3)
    assert all(np.array_equal(picture, CARD) for picture in run.pictures)
    assert "There is no camera or video file 'no such camera'" in str(run.loop.status().reason)


def test_a_lost_camera_leaves_the_last_composite_and_comes_back(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcam.video.capture import demo

    run = rig()
    run.frames(3)
    last = run.pictures[-1]
    gone = True

    def read(self: object, timeout: float) -> None:
        raise CameraError("camera.unplugged", name="demo")

    def missing(choice: str) -> CameraChoice:
        if gone:
            raise CameraError("camera.absent", name="demo")
        return CameraChoice("demo", "demo", "demo")

    monkeypatch.setattr(source, "resolve_camera", missing)
    with monkeypatch.context() as unplugged:
        unplugged.setattr(demo.DemoCamera, "read", read)
        before = len(run.recorder.sent)
        run.until(lambda: len(run.recorder.sent) >= before + 3)
        assert all(np.array_equal(p, last) for p in run.pictures[before:])
        assert run.loop.status().state == "degraded"
        assert run.recorder.closed == 0
    gone = False
    run.frames(2)
    run.until(lambda: run.loop.status().state == "live")
    assert run.loop.status().reconnects == 1
    assert max(sharpness(picture) for picture in run.pictures) < 100


def test_broken_pictures_are_said_and_survived(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcam.video.capture import demo

    def broken(self: object, moment: float) -> np.ndarray:
        raise CameraError("camera.broken_picture", name="demo")

    run = rig()
    run.frames(2)
    last = run.pictures[-1]
    with monkeypatch.context() as cable:
        cable.setattr(demo.DemoScene, "picture", broken)
        before = len(run.recorder.sent)
        run.until(lambda: len(run.recorder.sent) >= before + 2)
        status = run.loop.status()
        assert (status.state, str(status.reason)) == (
            "degraded",
            "The camera 'demo' sent a broken picture.",
        )
        assert all(np.array_equal(p, last) for p in run.pictures[before:])
    run.frames(2)
    assert run.loop.status().state == "live"


def test_one_broken_picture_is_left_out_also_without_an_effect(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcam.video.capture import demo

    whole, calls = demo.DemoScene.picture, 0

    def picture(self: demo.DemoScene, moment: float) -> np.ndarray:
        nonlocal calls
        calls += 1
        if calls % 5 == 0:
            raise CameraError("The camera sent a broken picture.")
        return whole(self, moment)

    monkeypatch.setattr(demo.DemoScene, "picture", picture)
    run = rig(background="none")
    run.frames(2)
    begun = len(run.recorder.sent)
    run.frames(12)
    assert calls >= 10
    assert not any(np.array_equal(sent, CARD) for sent in run.pictures[begun:])
    assert run.loop.status().state == "live"


def test_the_card_is_shown_of_a_camera_that_is_gone_without_an_effect(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcam.video.capture import demo

    def gone(*_: object) -> None:
        raise CameraError("The camera was unplugged.")

    run = rig(background="none")
    run.frames(2)
    assert not np.array_equal(run.pictures[-1], CARD)
    monkeypatch.setattr(source, "resolve_camera", gone)
    monkeypatch.setattr(demo.DemoCamera, "read", gone)
    run.until(lambda: np.array_equal(run.pictures[-1], CARD))


def test_a_broken_virtual_camera_does_not_hide_that_the_camera_is_missing(
    rig: Callable[..., Rig],
) -> None:
    run = rig("no such camera")
    run.until(lambda: run.loop.status().state == "failed")
    run.recorder.broken = True
    run.until(lambda: run.recorder.closed == 1)
    told = [reason.key for reason in run.loop.status().reasons]
    assert len(told) == 2 and told[1] == "camera.unknown"


def test_a_broken_virtual_camera_is_opened_again(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(2)
    run.recorder.broken = True
    run.until(lambda: run.recorder.closed == 1)
    assert (run.loop.status().state, str(run.loop.status().reason)) == (
        "failed",
        "The device is closed.",
    )
    run.frames(2)
    assert run.recorder.opened == 2
    assert run.loop.status().state == "live"


def decoded(jpeg: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def test_the_preview_is_filled_only_while_somebody_looks(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(3)
    assert run.preview.read() is None
    run.loop.tell(PreviewWanted(True))
    run.frames(3)
    value = run.preview.read()
    assert value is not None
    preview = PreviewPictures.unpack(value)
    before, after = decoded(preview.before), decoded(preview.after)
    assert before.shape == after.shape == (HEIGHT, WIDTH, 3)
    assert sharpness(to_i420(before)) > 5 * sharpness(to_i420(after))
