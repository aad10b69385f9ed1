"""What is declared of a setting is complete, and everything made of it says the same."""

from pathlib import Path

import pytest

from vcam.schema import reference
from vcam.schema.declaration import GROUPS
from vcam.schema.settings import SETTINGS, Settings, changed

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_says_everything_about_itself(key: str) -> None:
    one = SETTINGS[key]
    assert one.title and one.help.endswith(".") and one.group in GROUPS and one.range
    assert getattr(Settings(), key) == one.default
    if one.states is not None:
        off, on = (changed(Settings(), {key: word}) for word in ("off", "on"))
        assert (getattr(off, key), getattr(on, key)) == one.states
        assert changed(on, {key: "toggle"}) == off and changed(off, {key: "toggle"}) == on
    if one.low is not None:
        for end in (one.low, one.high):
            assert getattr(changed(Settings(), {key: end}), key) == end


def test_the_page_of_settings_is_what_the_declarations_say() -> None:
    assert PAGE.read_text("utf-8") == reference.markdown(), "`make docs` writes it anew"


def test_a_setting_counts_only_beside_what_it_works_on() -> None:
    assert SETTINGS["blur"].counts(Settings(background="blur"))
    assert not SETTINGS["blur"].counts(Settings(background="#1e5f3c"))
    assert SETTINGS["mirror"].counts(Settings(background="none"))
    assert not SETTINGS["strength"].counts(Settings(denoise=False))
