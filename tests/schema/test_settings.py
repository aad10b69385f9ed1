"""Settings: every fault is told in one sentence, and none stands in another setting's way."""

import pytest

from vcam.control import SetResult
from vcam.schema import settings
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("blur", "40", 40),
        ("denoise", "false", False),
        ("pause", "on", True),
        ("face", "2", 2),
        ("face", "auto", "auto"),
        ("camera", "0", "0"),
        ("camera", 0, "0"),
        ("background", "none", "none"),
        ("background", "Blur", "blur"),
    ],
)
def test_a_value_may_be_text(key: str, text: object, value: object) -> None:
    assert getattr(settings.changed(Settings(), {key: text}), key) == value


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"blurr": 3}, "There is no setting 'blurr'; known are: camera"),
        ({"blur": 101}, "blur"),
        ({"blur": "much"}, "blur"),
        ({"width": 641}, "width"),
        ({"denoise": "perhaps"}, "denoise"),
        ({"lips": "always"}, "lips"),
        ({"background": "no/such.png"}, "no/such.png"),
        ({"background": "/nul\0.png"}, "whole path"),
        ({"camera": ["a"]}, "camera"),
    ],
)
def test_a_wrong_change_is_one_sentence(changes: dict[str, object], told: str) -> None:
    with pytest.raises(VcamError, match=told) as error:
        settings.changed(Settings(), changes)
    assert "\n" not in str(error.value)


def test_a_background_may_be_a_colour() -> None:
    found = settings.changed(Settings(), {"background": "#1E5F3c"})
    assert found.background == "#1e5f3c"
    assert found.colour == (0x3C, 0x5F, 0x1E)
    assert Settings().colour is None
    with pytest.raises(VcamError, match="a colour like #1e5f3c"):
        settings.changed(Settings(), {"background": "#12345"})


def test_assignments_are_taken_apart() -> None:
    parsed = settings.parse_assignments(["blur=40", "background=/a=b.png"])
    assert parsed == {"blur": "40", "background": "/a=b.png"}
    with pytest.raises(VcamError, match="'blur' is not KEY=VALUE"):
        settings.parse_assignments(["blur"])


def test_an_answer_of_another_version_is_read_as_far_as_it_is_known() -> None:
    theirs = Settings(blur=7).model_dump() | {"glow": 3, "denoiser": "magic", "fps": 1000}
    assert Settings.told(theirs) == Settings(blur=7)
    result = SetResult.model_validate({"settings": theirs, "unsaved": None, "sparkle": 1})
    assert result.settings == Settings(blur=7)


def test_toggle_turns_what_is_on_or_off() -> None:
    turned = settings.changed(Settings(), {"bypass": "toggle", "denoise": "toggle"})
    assert turned.bypass and not turned.denoise
    with pytest.raises(VcamError, match="blur"):
        settings.changed(Settings(), {"blur": "toggle"})


def test_a_picture_that_is_gone_refuses_nothing() -> None:
    chosen = settings.changed(Settings(), {"background": "/media/stick/beach.png"})
    assert str(chosen.picture) == "/media/stick/beach.png"
    assert settings.changed(chosen, {"pause": "toggle"}).pause
    assert settings.changed(chosen, {"bypass": "on"}).bypass
