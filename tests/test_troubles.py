"""What is amiss on a floor."""

from vcam.schema.reasons import Reason
from vcam.troubles import Troubles


def test_one_trouble_hides_no_other() -> None:
    troubles = Troubles()
    networks, lost = Reason.of("networks"), Reason.of("lost", severity="failed")
    troubles.put("networks", networks)
    troubles.put("microphone", lost)
    assert troubles.reasons() == [lost, networks]
    assert "microphone" in troubles
    troubles.put("microphone", None)
    troubles.clear("microphone")
    assert troubles.reasons() == [networks]


def test_of_equals_the_oldest_comes_first_and_a_part_has_one_trouble() -> None:
    troubles = Troubles()
    first, second, newer = Reason.of("1"), Reason.of("2"), Reason.of("3")
    troubles.put("server", first)
    troubles.put("denoise", second)
    troubles.put("server", newer)
    assert troubles.reasons() == [newer, second]
