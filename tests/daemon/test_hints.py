"""The face hint comes once a call, after a while, and goes when the face is back."""

import pytest

from vcam.daemon.hints import FaceHint, face_hint


def look(
    hint: FaceHint, begin: float, seconds: float, *, in_call: bool, usable: bool
) -> tuple[FaceHint, list[bool]]:
    shown = []
    for i in range(int(seconds * 4)):
        hint = face_hint(hint, begin + i / 4, in_call=in_call, usable=usable)
        shown.append(hint.shown)
    return hint, shown


def test_it_waits_shows_for_a_while_and_does_not_come_again_in_this_call() -> None:
    hint, shown = look(FaceHint(), 0, 60, in_call=True, usable=False)
    assert not any(shown[:12]) and any(shown)
    assert not any(shown[4 * 25 :])
    hint, _ = look(hint, 60, 5, in_call=True, usable=True)
    hint, shown = look(hint, 65, 30, in_call=True, usable=False)
    assert not any(shown)


def test_it_goes_when_the_face_is_back_and_comes_again_in_the_next_call() -> None:
    hint, shown = look(FaceHint(), 0, 6, in_call=True, usable=False)
    assert shown[-1]
    hint, shown = look(hint, 6, 1, in_call=True, usable=True)
    assert not any(shown)
    hint, _ = look(hint, 7, 30, in_call=False, usable=False)
    _, shown = look(hint, 37, 10, in_call=True, usable=False)
    assert shown[-1]


@pytest.mark.parametrize("seen", [(False, False), (True, True), (False, True)])
def test_it_never_comes_without_a_reason(seen: tuple[bool, bool]) -> None:
    _, shown = look(FaceHint(), 0, 60, in_call=seen[0], usable=seen[1])
    assert not any(shown)


def test_a_short_break_is_the_same_call() -> None:
    hint, _ = look(FaceHint(), 0, 60, in_call=True, usable=False)
    hint, _ = look(hint, 60, 5, in_call=False, usable=False)
    _, shown = look(hint, 65, 30, in_call=True, usable=False)
    assert not any(shown)
