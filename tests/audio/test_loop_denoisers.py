"""The sound's loop and its denoisers: late, failing, changed in a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audio.sound_rig import Rig
from tests.waiting import until
from vcam.audio.denoisers import registry
from vcam.audio.worker import (
    choice,
)


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
    run = rig(lambda run: run.missing.add("best"))
    run.live()
    run.set(denoiser="best")
    until(lambda: run.keys == ["denoiser.stand_in"], why="it says so")
    assert run.status.reasons[0].text.endswith("install it with: pip install 'vcam[best]'")
    assert run.status.denoiser == "fast"
    run.set(denoiser="fast")
    until(lambda: run.status.state == "live", why="nothing is amiss any more")


def test_the_best_denoiser_gives_way_when_blocks_are_late(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "installed", lambda name: True)
    run = rig(denoiser="auto")
    until(lambda: run.status.denoiser == "best", why="the machine carries it")
    run.net.slow, run.opening = 0.03, 0.6
    until(lambda: run.status.denoiser == "fast", why="it falls back")
    assert run.keys == ["denoiser.fell_back"]
    assert run.opened_for == ["fast", "best", "fast"]
    run.net.slow = 0.0
    run.live()
    assert run.status.state == "live"
    run.set(denoiser="best")
    until(lambda: run.status.denoiser == "best" and run.keys == [], why="chosen, it is tried anew")
    run.net.slow = 0.03
    until(lambda: run.keys == ["denoiser.slow"], why="chosen, it stays and says so")
    assert run.status.denoiser == "best"


def test_what_a_machine_cannot_carry_is_not_taken(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "installed", lambda name: True)
    monkeypatch.setattr(choice, "ROOM", 0.0)
    run = rig(denoiser="auto")
    until(lambda: run.opened_for == ["fast", "best", "fast"], why="it was tried")
    run.live(200)
    assert run.status.denoiser == "fast" and run.keys == []


def test_without_the_lips_networks_the_denoiser_still_works(rig: Callable[..., Rig]) -> None:
    def no_lips(run: Rig) -> None:
        run.unopenable = {True}

    run = rig(no_lips)
    run.live()
    assert run.keys == ["models.missing"] and "lips.onnx" in run.status.reasons[0].text
    run.denoised()
