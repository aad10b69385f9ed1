"""Sound is laid end to end, and pictures where the sound of their moment lies."""

import pytest

from vcam.audio.frames import HOP, RATE
from vcam.record import timeline
from vcam.record.timeline import Place


def test_sound_is_laid_by_its_capture_times() -> None:
    place, lead = timeline.laid(Place(0, 10.0), 10.0, HOP)
    assert (place, lead) == (Place(HOP, 10.01), 0)
    place, lead = timeline.laid(place, 10.014, HOP)  # the delay bends: no cut, no silence
    assert lead == 0 and place == Place(2 * HOP, 10.024)
    place, lead = timeline.laid(place, 11.024, HOP)  # a second is missing
    assert lead == RATE and place.samples == 3 * HOP + RATE
    behind, lead = timeline.laid(place, 10.5, HOP)  # that was filled with silence
    assert lead == -HOP and behind == place
    assert timeline.seconds(place, 10.534) == pytest.approx(0.53)
