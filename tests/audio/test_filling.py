"""The playback buffer neither runs dry nor keeps what a stall left in it."""

import numpy as np
import pytest

from vcam.audio.publish.filling import PERIOD, Filling, joined, paced


def run(
    level: float, blocks: int, *, drift: float = 0.0, floor: float = 0.0
) -> tuple[list[float], list[str], list[int]]:
    """A buffer that plays at a rate off by `drift`; returns the levels, remedies and cuts."""
    filling = Filling()
    levels: list[float] = []
    remedies: list[str] = []
    cuts: list[int] = []
    for _ in range(blocks):
        written = {"none": 480, "stretch": 481, "shrink": 479}[filling.remedy]
        if filling.excess:
            cuts.append(min(filling.excess, 480))
            written = 960 - cuts[-1]
            level -= PERIOD
        level = max(floor, level + written / 48_000 - PERIOD * (1 + drift))
        filling = filling.after(level)
        levels.append(level)
        remedies.append(filling.remedy)
    return levels, remedies, cuts


def test_a_buffer_that_is_right_is_left_alone() -> None:
    _, remedies, cuts = run(0.022, 1000)
    assert set(remedies) == {"none"} and not cuts


@pytest.mark.parametrize("drift", [-300e-6, 300e-6])
def test_clocks_that_differ_are_made_up_for_without_a_cut(drift: float) -> None:
    levels, _, cuts = run(0.022, 20_000, drift=drift)
    assert min(levels) > 0.0105 and max(levels) < 0.028
    assert not cuts


def test_a_remedy_is_whole_milliseconds() -> None:
    _, remedies, _ = run(0.022, 20_000, drift=100e-6)
    assert remedies.count("stretch") > 0 and remedies.count("stretch") % 48 == 0
    _, _, cuts = run(0.0473, 100)
    assert cuts and all(cut % 48 == 0 for cut in cuts)


def test_what_a_stall_left_is_cut_out_within_a_second() -> None:
    levels, _, cuts = run(0.060, 100)
    assert levels[60] == pytest.approx(0.020, abs=1e-3)
    assert sum(cuts) == pytest.approx(0.040 * 48_000, abs=48)


def test_after_a_stall_the_old_delay_comes_back() -> None:
    filling = Filling()
    for _ in range(400):
        filling = filling.after(0.024)
    filling = filling.after(0.0)
    for _ in range(48):
        filling = filling.after(0.032)
    assert filling.excess == 8 * 48


def test_the_servers_own_delay_is_not_fought_for_long() -> None:
    _, remedies, cuts = run(0.080, 3000, floor=0.080)
    assert 1 <= len(cuts) <= 30
    assert set(remedies[-300:]) == {"none"}


def test_a_late_block_now_and_then_is_no_reason_to_touch_the_sound() -> None:
    filling, remedies = Filling(), []
    for i in range(1000):
        filling = filling.after(0.011 if i % 97 == 50 else 0.022)
        remedies.append(filling.remedy)
    assert set(remedies) == {"none"}


def test_a_gap_is_noticed_once() -> None:
    filling = Filling()
    gaps = 0
    for latency in [0.0, 0.0, 0.01, 0.02, 0.02, 0.0, 0.0, 0.01, 0.02]:
        filling = filling.after(latency)
        gaps += filling.dry
    assert gaps == 1


@pytest.mark.parametrize("samples", [479, 480, 481])
def test_a_paced_block_joins_its_neighbours(samples: int) -> None:
    sound = np.sin(np.arange(1000) * 0.05).astype(np.float32)
    block = paced(sound[500:980], sound[499], samples)
    assert len(block) == samples and block.dtype == np.float32
    joined = np.concatenate([sound[400:500], block, sound[980:]])
    assert np.abs(np.diff(joined)).max() < 0.051


@pytest.mark.parametrize("less", [48, 288, 480])
def test_joined_blocks_are_shorter_and_join_their_neighbours(less: int) -> None:
    sound = np.sin(np.arange(1000) * 2 * np.pi / 48).astype(np.float32)
    both = joined(sound[:480], sound[480:960], less)
    assert len(both) == 960 - less and both.dtype == np.float32
    np.testing.assert_allclose(both, sound[: len(both)], atol=1e-4)  # whole periods were left out
