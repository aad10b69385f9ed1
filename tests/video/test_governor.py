"""What a busy machine leaves out, and that it comes back."""

from __future__ import annotations

import numpy as np

from vcam.video.stages.contract import MOST_SPARED
from vcam.video.worker.governor import Load, govern

INTERVAL = 1 / 30
COST = (0.020, 0.019, 0.018, 0.016)  # seconds of work at each level


def call(load: Load, seconds: float, share: float, start: float) -> tuple[Load, list[int], float]:
    """A call in which the picture has this share of a processor; the levels it went through."""
    now, levels = start, []
    while now < start + seconds:
        worked = COST[load.spare]
        took = worked / share
        now += max(took, INTERVAL)
        load = govern(load, took, worked, now, INTERVAL)
        levels.append(load.spare)
    return load, levels, now


def test_on_a_free_machine_nothing_is_left_out() -> None:
    _, levels, _ = call(Load(), 20, 1.0, 1000.0)
    assert set(levels) == {0}


def test_a_slow_start_is_no_load() -> None:
    load = govern(Load(), 0.4, 0.3, 1000.0, INTERVAL)
    load, levels, now = call(load, 1.5, 0.4, 1000.4)
    _, then, _ = call(load, 5, 1.0, now)
    assert set(levels + then) == {0}


def test_under_load_no_more_is_left_out_than_has_to_be() -> None:
    _, levels, _ = call(Load(), 20, 0.58, 1000.0)
    assert max(levels) == 2 and levels[-1] == 2
    assert np.count_nonzero(np.diff(levels)) < 6


def test_all_is_left_out_where_nothing_helps_and_all_is_back_within_five_seconds() -> None:
    load, levels, now = call(Load(), 8, 0.3, 1000.0)
    assert levels[-1] == MOST_SPARED
    _, levels, _ = call(load, 5, 1.0, now)
    assert levels[-1] == 0


def test_what_cost_more_than_it_does_now_is_tried_again() -> None:
    """Another effect is chosen meanwhile, or another network takes less."""
    load = Load(1, 0.012, 0.012, (0.5,), 1000.0)
    _, levels, _ = call(load, 12, 1.0, 1000.0)
    assert levels[-1] == 0
