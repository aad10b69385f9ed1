"""Whatever the nets say, the user's own voice is never lowered by more than 3 dB."""

import numpy as np
import pytest

from vcam.audio.frames import HOP, RATE
from vcam.audio.stages.guard import ALONE, CLOSING, LISTENING, GuardState, guard

BLOCKS = RATE // HOP
SPEAKING, RESTING = 6.0, 0.3
VOICE, QUIET = 0.1, 1e-7
PEAK = -8.0
OPEN, SHUT = 0.9, 0.02


def after(
    state: GuardState, seconds: float, motion: float, energy: float, left: float
) -> list[GuardState]:
    """The states of so many seconds of the same."""
    begin, states = max(state.seen, 0.0), []
    for i in range(round(seconds * BLOCKS)):
        state = guard(state, motion, energy, PEAK, left, begin + (i + 1) / BLOCKS)
        states.append(state)
    return states


def spoken() -> GuardState:
    return after(GuardState(), 2, SPEAKING, VOICE, OPEN)[-1]


def listening() -> GuardState:
    """These lips have spoken, and rest while somebody else talks."""
    return after(spoken(), 3, RESTING, VOICE, SHUT)[-1]


def least(states: list[GuardState]) -> float:
    return min(state.bound for state in states)


def test_the_ordinary_call_is_hardly_touched() -> None:
    assert least(after(GuardState(), 20, SPEAKING, VOICE, OPEN)) >= ALONE
    assert least(after(spoken(), 20, SPEAKING, VOICE, OPEN)) >= ALONE


@pytest.mark.parametrize("left", [OPEN, SHUT])
@pytest.mark.parametrize("motion", [0.0, RESTING, 1.5, SPEAKING, np.inf])
def test_no_lips_lower_a_voice_by_3_db(motion: float, left: float) -> None:
    """A ventriloquist, a mask, a hand, a dubbed film, lips that come late, a hum, a still picture:
    from the first picture on, in the middle of a call, and over somebody else."""
    for state in (GuardState(), spoken(), listening()):
        assert least(after(state, 20, motion, VOICE, left)) > -3


@pytest.mark.parametrize(("motion", "left"), [(RESTING, OPEN), (SPEAKING, SHUT)])
def test_closed_lips_lower_somebody_else_in_a_moment(motion: float, left: float) -> None:
    """Lips that are still, or that the nets take for closed."""
    bounds = np.array([s.bound for s in after(spoken(), 3, motion, VOICE, left)])
    assert (bounds[BLOCKS // 2 :] == LISTENING).all()
    assert np.diff(bounds).min() > -CLOSING - 1e-6


def test_it_opens_within_a_block_when_the_lips_move_in_the_ordinary_call() -> None:
    state = after(spoken(), 2, RESTING, QUIET, SHUT)[-1]
    assert state.bound == LISTENING
    assert guard(state, SPEAKING, VOICE, PEAK, OPEN, state.seen + 0.01).bound == ALONE


def test_somebody_else_is_expected_to_go_on_for_a_while() -> None:
    states = after(listening(), 20, SPEAKING, VOICE, OPEN)
    assert states[BLOCKS].bound == LISTENING and states[-1].bound == ALONE


def test_a_short_sound_from_closed_lips_is_not_taken_for_somebody_else() -> None:
    state = after(spoken(), 2, RESTING, QUIET, SHUT)[-1]
    state = after(state, 0.5, RESTING, VOICE, SHUT)[-1]
    assert guard(state, SPEAKING, VOICE, PEAK, OPEN, state.seen + 0.01).bound == ALONE


def test_the_next_face_is_nobody_known() -> None:
    state = listening()
    assert guard(state, SPEAKING, VOICE, PEAK, OPEN, state.seen + 60.0).bound >= ALONE


def test_a_state_is_a_value() -> None:
    state = listening()
    first = guard(state, RESTING, VOICE, PEAK, SHUT, 100.0)
    guard(state, SPEAKING, QUIET, PEAK, OPEN, 200.0)
    assert guard(state, RESTING, VOICE, PEAK, SHUT, 100.0) == first
