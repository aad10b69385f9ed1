"""What counts beside the settings: *Away*, and a key that is held."""

import pytest

from vcam.schema.held import HeldKey, in_effect
from vcam.schema.settings import Settings


@pytest.mark.parametrize(
    ("settings", "held", "mute", "pause"),
    [
        (Settings(), None, False, False),
        (Settings(), "talk", False, False),
        (Settings(), "cough", True, False),
        (Settings(mute=True), "talk", False, False),
        (Settings(mute=True), "cough", True, False),
        (Settings(away=True), None, True, True),
        (Settings(away=True), "talk", False, True),
        (Settings(pause=True), None, False, True),
    ],
)
def test_one_sentence_says_who_is_seen_and_heard(
    settings: Settings, held: HeldKey | None, mute: bool, pause: bool
) -> None:
    now = in_effect(settings, held)
    assert (now.mute, now.pause) == (mute, pause)
