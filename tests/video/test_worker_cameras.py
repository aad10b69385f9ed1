"""The picture's loop and its cameras: absent, lost, broken, and the virtual one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.video.picture_rig import CARD, Rig, sharpness
from vcam.video.capture.contract import CameraChoice, CameraError
from vcam.video.worker import source


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
