"""The sound's loop and its denoisers: late, failing, changed in a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audio.sound_rig import Rig
from tests.waiting import until
from vcam.daemon.protocol import VideoDelay


def test_a_late_block_goes_through_plain_and_the_next_one_is_tried_again(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    before = run.status
    run.net.slow = 0.03
    until(lambda: run.status.late_blocks > before.late_blocks + 2)
    until(lambda: run.status.bypassed_blocks > before.bypassed_blocks + 2)
    assert run.loudest() > 0.2
    run.net.slow = 0.0
    run.live()
    assert run.status.state == "live"
    run.denoised()


def test_a_failing_net_is_told_until_it_has_recovered(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.net.error = RuntimeError("no memory")
    until(lambda: run.keys == ["denoiser.failed"], why="it says so")
    assert run.status.state == "degraded" and run.loudest() > 0.2
    run.net.error = None
    until(lambda: run.status.state == "live", why="it is forgotten")
    run.denoised()


def test_another_denoiser_takes_over_in_a_call(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    assert (run.status.denoiser, run.status.denoiser_ms) == ("fast", 20.0)
    run.set(denoiser="dtln")
    until(lambda: run.status.denoiser == "dtln", why="it takes over")
    assert run.status.state == "live" and run.keys == []


@pytest.mark.long
def test_one_that_is_chosen_back_while_another_takes_over_stays(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.set(denoiser="dtln")
    until(lambda: run.opened_for[-1] == "dtln", why="it is opened")
    run.live(20)
    run.set(denoiser="fast")
    until(lambda: run.opened_for == ["fast", "dtln", "fast"], why="it is opened again")
    run.live(300)
    until(lambda: run.status.denoiser == "fast", why="it comes back")


def test_a_denoiser_that_is_not_installed_is_told_with_its_cure(rig: Callable[..., Rig]) -> None:
    run = rig(lambda run: run.missing.add("dtln"))
    run.live()
    run.set(denoiser="dtln")
    until(lambda: run.keys == ["denoiser.stand_in"], why="it says so")
    assert run.status.reasons[0].text.endswith("install it with: pip install 'the package'")
    assert run.status.denoiser == "fast"
    run.set(denoiser="fast")
    until(lambda: run.status.state == "live", why="nothing is amiss any more")


def test_automatic_looks_ahead_while_there_is_a_picture(rig: Callable[..., Rig]) -> None:
    run = rig(denoiser="auto")
    run.live()
    assert run.status.denoiser == "fast"
    run.loop.tell(VideoDelay(0.05, live=True))
    until(lambda: run.status.denoiser == "best", why="the picture takes its time too")
    run.loop.tell(VideoDelay(0.0, live=False))
    until(lambda: run.status.denoiser == "fast", why="there is no picture to wait for")
    assert run.opened_for == ["fast", "best", "fast"] and run.keys == []


@pytest.mark.long
def test_one_of_another_make_that_is_too_slow_stays_and_says_so(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.set(denoiser="dtln")
    until(lambda: run.status.denoiser == "dtln", why="it takes over")
    run.net.slow = 0.03
    until(lambda: run.keys == ["denoiser.slow"], why="it says so")
    assert run.status.denoiser == "dtln"
    run.net.slow = 0.0
    until(lambda: run.keys == [], why="it is fast enough again")


def test_without_the_lips_networks_the_denoiser_still_works(rig: Callable[..., Rig]) -> None:
    def no_lips(run: Rig) -> None:
        run.unopenable = {True}

    run = rig(no_lips)
    run.live()
    assert run.keys == ["models.missing"] and "lips.onnx" in run.status.reasons[0].text
    run.denoised()
