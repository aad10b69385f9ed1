"""The settings of a call, for recordings."""

import pytest

from vcam.schema.errors import VcamError
from vcam.schema.recordings import FOR_RECORDINGS, for_recordings, touches_picture
from vcam.schema.settings import SETTINGS, Settings


def test_a_recordings_picture_stays_as_it_is_unless_something_is_chosen() -> None:
    assert not touches_picture(for_recordings())
    assert not touches_picture(for_recordings(blur=20, feather=5, denoise="off"))
    assert for_recordings().denoise and for_recordings().lips == "auto"
    for key, one in FOR_RECORDINGS.items():
        if one.group == "picture" or key in ("dim", "fade"):
            most = one.states[1] if one.states else one.high or list(one.names)[-1]
            chosen = for_recordings(**{key: most})
            assert touches_picture(chosen) == one.counts(chosen)
    for background in ("blur", "#1e5f3c", "/media/stick/beach.png"):
        assert touches_picture(for_recordings(background=background))


def test_who_hides_the_room_is_lit_as_in_a_call() -> None:
    assert not for_recordings().brightness
    assert for_recordings(background="blur").brightness
    assert not for_recordings(background="blur", brightness="off").brightness


def test_a_recording_can_have_all_that_a_call_shows_and_says_of_you() -> None:
    groups = ("background", "picture")
    assert {key for key, one in SETTINGS.items() if one.group in groups} <= set(FOR_RECORDINGS)
    everything = {key: getattr(Settings(), key) for key in FOR_RECORDINGS}
    assert for_recordings(**everything) == Settings()


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"pause": "on"}, "Recordings have no 'pause'"), ({"blurr": 1}, "no setting 'blurr'")],
)
def test_what_a_recording_does_not_have_is_one_sentence(
    changes: dict[str, object], told: str
) -> None:
    with pytest.raises(VcamError, match=told):
        for_recordings(**changes)
