"""Whatever the nets say, the user's own voice is never lowered by more than 3 dB."""

import numpy as np
import pytest

from vcam.audio.frames import HOP, RATE
from vcam.audio.stages.guard import ALONE, CLOSING, HEARD, LISTENING, GuardState, guard
from vcam.audio.stages.mouth import WATCHED

BLOCKS = RATE // HOP
SPEAKING, RESTING = 6.0, 0.3
VOICE, SOFT, QUIET = 0.1, 0.002, 1e-7
PEAK = -8.0


def after(state: GuardState, motion: float, energy: float, seconds: float) -> list[GuardState]:
    """The states of so many seconds of the same."""
    begin, states = max(state.seen, 0.0), []
    for i in range(round(seconds * BLOCKS)):
        state = guard(state, motion, energy, PEAK, begin + (i + 1) / BLOCKS)
        states.append(state)
    return states


def known() -> GuardState:
    """These lips have spoken for two seconds, and rest."""
    spoken = after(GuardState(), SPEAKING, VOICE, 2)[-1]
    fallen_silent = after(spoken, SPEAKING, QUIET, WATCHED)[-1]
    return after(fallen_silent, RESTING, QUIET, 2)[-1]


def listening() -> GuardState:
    """And somebody else has been talking for a while."""
    return after(known(), RESTING, VOICE, 3)[-1]


def least(states: list[GuardState]) -> float:
    return min(state.bound for state in states)


def test_the_ordinary_call_is_hardly_touched() -> None:
    assert least(after(GuardState(), SPEAKING, VOICE, 20)) >= ALONE
    assert least(after(known(), SPEAKING, VOICE, 20)) >= HEARD


@pytest.mark.parametrize("motion", [0.0, RESTING, 1.5, np.inf])
def test_lips_that_were_never_seen_to_speak_lower_nothing_by_more_than_3_db(motion: float) -> None:
    """A still picture, a mask, a ventriloquist, and a mouth that comes and goes."""
    assert least(after(GuardState(), motion, VOICE, 60)) > -3


def test_lips_that_never_rest_do_not_either() -> None:
    """Landmarks that tremble on a beard or a hand."""
    states = after(GuardState(), SPEAKING, VOICE, 5)
    assert least(after(states[-1], 0.5 * SPEAKING, VOICE, 60)) > -3


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6])
def test_a_short_sound_from_closed_lips_is_kept(seconds: float) -> None:
    state = known()
    for _ in range(5):
        states = after(state, RESTING, VOICE, seconds)
        assert least(states) > -3
        state = after(states[-1], RESTING, QUIET, 2)[-1]


def test_somebody_else_is_lowered_slowly_and_for_as_long_as_the_lips_are_still() -> None:
    states = after(known(), RESTING, VOICE, 10)
    bounds = np.array([state.bound for state in states])
    assert bounds[: BLOCKS // 2].min() > -3
    assert (bounds[2 * BLOCKS :] == LISTENING).all()
    assert np.diff(bounds).min() > -CLOSING - 1e-6


def test_it_opens_within_a_block_when_the_lips_move() -> None:
    assert guard(listening(), 0.5 * SPEAKING, VOICE, PEAK, 100.0).bound > -3


@pytest.mark.parametrize("lost", [np.inf, SPEAKING])
def test_it_opens_within_a_block_when_the_mouth_is_lost_from_sight(lost: float) -> None:
    state = listening()
    assert guard(state, lost, VOICE, PEAK, state.seen + 0.3).bound > -3


def test_a_word_in_somebody_elses_pause_is_kept() -> None:
    state = after(listening(), RESTING, QUIET, 1)[-1]
    assert state.bound == LISTENING
    assert least(after(state, RESTING, VOICE, 0.5)) > -3


def test_a_word_that_is_far_louder_than_somebody_else_is_kept() -> None:
    state = after(known(), RESTING, SOFT, 3)[-1]
    assert state.bound == LISTENING
    assert least(after(state, RESTING, VOICE, 0.5)) > -3


def test_the_next_face_has_to_be_seen_to_speak_again() -> None:
    state = listening()
    states = [guard(state, RESTING, VOICE, PEAK, state.seen + 60.0)]
    assert least(states + after(states[-1], RESTING, VOICE, 20)) > -3


def test_a_state_is_a_value() -> None:
    state = listening()
    first = guard(state, RESTING, VOICE, PEAK, 100.0)
    guard(state, SPEAKING, QUIET, PEAK, 200.0)
    assert guard(state, RESTING, VOICE, PEAK, 100.0) == first
