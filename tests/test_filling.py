"""The playback buffer neither runs dry nor keeps what a stall left in it."""

import numpy as np
import pytest

from vcam.audio.filling import PERIOD, Filling, paced


def run(level: float, blocks: int, *, drift: float = 0.0, floor: float = 0.0):
    """A buffer that plays at a rate off by `drift`; returns the levels and remedies."""
    filling, levels, remedies = Filling(), [], []
    for _ in range(blocks):
        added = {"none": 480, "stretch": 481, "shrink": 479, "cut": 0}[filling.remedy] / 48_000
        level = max(floor, level + added - PERIOD * (1 + drift))
        filling = filling.after(level)
        levels.append(level)
        remedies.append(filling.remedy)
    return levels, remedies


def test_a_buffer_that_is_right_is_left_alone() -> None:
    assert set(run(0.025, 500)[1]) == {"none"}


@pytest.mark.parametrize("drift", [-200e-6, 200e-6])
def test_clocks_that_differ_are_made_up_for_without_a_cut(drift) -> None:
    levels, remedies = run(0.025, 20_000, drift=drift)
    assert 0.010 < min(levels) and max(levels) < 0.039
    assert "cut" not in remedies


def test_what_a_stall_left_is_cut_out_within_two_seconds() -> None:
    levels, remedies = run(0.060, 300)
    assert levels[200] < 0.038
    assert remedies.count("cut") == 3


def test_after_a_stall_the_old_delay_comes_back() -> None:
    filling = Filling()
    for _ in range(200):
        filling = filling.after(0.022)
    filling = filling.after(0.0)
    remedies = []
    for _ in range(60):
        filling = filling.after(0.032)
        remedies.append(filling.remedy)
    assert "cut" in remedies


def test_the_servers_own_delay_is_not_fought_for_long() -> None:
    _, remedies = run(0.080, 3000, floor=0.080)
    assert 1 <= remedies.count("cut") <= 4
    assert set(remedies[-300:]) == {"none"}


def test_a_gap_is_noticed_once() -> None:
    filling = Filling()
    gaps = 0
    for latency in [0.0, 0.0, 0.01, 0.02, 0.02, 0.0, 0.0, 0.01, 0.02]:
        filling = filling.after(latency)
        gaps += filling.dry
    assert gaps == 1


@pytest.mark.parametrize("samples", [479, 480, 481])
def test_a_paced_block_joins_its_neighbours(samples) -> None:
    sound = np.sin(np.arange(1000) * 0.05).astype(np.float32)
    block = paced(sound[500:980], sound[499], samples)
    assert len(block) == samples and block.dtype == np.float32
    joined = np.concatenate([sound[400:500], block, sound[980:]])
    assert np.abs(np.diff(joined)).max() < 0.051
