"""Presets: what they may hold, and which rule holds when."""

from datetime import time
from typing import Any

import pytest
from pydantic import ValidationError

from vcam.schema.presets import SHIPPED, Presets, PresetsChange, Rule, Situation, known, snapshot
from vcam.schema.settings import SETTINGS, Settings, changed

NOON = time(12, 0)


def situation(
    *programs: str, microphone: str = "", clock: time = NOON, battery: bool = False
) -> Situation:
    return Situation(programs, microphone, clock, battery)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_can_be_set(name: str) -> None:
    assert known(SHIPPED[name]) == SHIPPED[name]
    assert changed(Settings(), SHIPPED[name]).model_dump().items() >= SHIPPED[name].items()


def test_none_that_is_shipped_shows_a_room_where_it_promises_not_to() -> None:
    assert SHIPPED["Private"]["background"].startswith("#")
    assert "background" not in SHIPPED["Low power"]


def test_a_snapshot_leaves_devices_size_and_the_moment_alone() -> None:
    values = snapshot(Settings(blur=10, mute=True, camera="Webcam"))
    assert values["blur"] == 10
    of_a_place = {"camera", "microphone", "speaker", "turn", "width", "fps"}
    assert not (of_a_place | {"mute", "pause", "record"}) & set(values)
    assert snapshot(Settings(camera="Webcam"), ["camera"]) == {"camera": "Webcam"}


@pytest.mark.parametrize("key", [key for key, one in SETTINGS.items() if one.urgent])
def test_no_preset_can_lift_a_mute_or_a_pause(key: str) -> None:
    presets = Presets(saved={"Loud": {key: False, "blur": 3}})
    assert presets.values("Loud") == {"blur": 3}


def test_a_saved_one_takes_the_place_of_a_shipped_one_until_it_is_forgotten() -> None:
    presets = Presets().with_preset("Meeting", {"blur": 5})
    presets = presets.with_rule(Rule(preset="Meeting", program="zoom"))
    assert presets.values("Meeting") == {"blur": 5} and presets.names.count("Meeting") == 1
    again = presets.without("Meeting")
    assert again.values("Meeting") == SHIPPED["Meeting"] and again.rules == presets.rules


def test_a_forgotten_one_takes_its_rules_along() -> None:
    presets = Presets().with_preset("Mine", {"blur": 5}).with_rule(Rule(preset="Mine", program="x"))
    assert presets.without("Mine") == Presets()


def test_a_change_leaves_alone_what_it_does_not_name() -> None:
    zoom, obs = Rule(preset="Mine", program="zoom"), Rule(preset="Podcast", program="obs")
    there = Presets(saved={"Mine": {"blur": 5}, "Travel": {"fps": 15}}, rules=(zoom, obs))
    assert there.changed(PresetsChange()) == there
    assert there.changed(PresetsChange(save={"New": {"blur": 1}}, drop=(zoom,))) == Presets(
        saved={**there.saved, "New": {"blur": 1}}, rules=(obs,)
    )
    assert there.changed(PresetsChange(forget=("Mine",), add=(zoom,))) == Presets(
        saved={"Travel": {"fps": 15}}, rules=(obs, zoom)
    )
    with pytest.raises(ValidationError, match="Mine.*blur"):
        PresetsChange(save={"Mine": {"blur": 400}})


def test_what_cannot_be_set_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="Mine.*blur"):
        Presets(saved={"Mine": {"blur": 400}})


def test_what_a_newer_version_saved_is_kept_and_does_nothing() -> None:
    saved = {"saved": {"Mine": {"halo": 3, "blur": 1}}, "rules": [{"preset": "Mine", "mood": "x"}]}
    presets = Presets.model_validate(saved)
    assert presets.values("Mine") == {"blur": 1}
    assert presets.chosen(situation("x")) is None
    assert presets.model_dump(mode="json", exclude_defaults=True) == saved


@pytest.mark.parametrize(
    ("rule", "now", "holds"),
    [
        ({"program": "zoom"}, situation("ZOOM VoiceEngine"), True),
        ({"program": "zoom"}, situation("firefox"), False),
        ({"program": "obs"}, situation("firefox", "obs"), True),
        ({"microphone": "yeti"}, situation(microphone="Blue Yeti Analog Stereo"), True),
        ({"microphone": "yeti"}, situation(microphone=""), False),
        ({"program": "zoom", "microphone": "yeti"}, situation("zoom"), False),
        ({"between": "9:00-17:30"}, situation(clock=time(17, 29)), True),
        ({"between": "9:00-17:30"}, situation(clock=time(17, 30)), False),
        ({"between": "22:00-07:00"}, situation(clock=time(23, 0)), True),
        ({"between": "22:00-07:00"}, situation(clock=time(6, 59)), True),
        ({"between": "22:00-07:00"}, situation(clock=NOON), False),
        ({"battery": True}, situation(battery=True), True),
        ({"battery": True}, situation("zoom"), False),
        ({"battery": True, "program": "zoom"}, situation("obs", battery=True), False),
    ],
)
def test_a_rule_holds_while_all_that_it_names_does(
    rule: dict[str, Any], now: Situation, holds: bool
) -> None:
    assert Rule(preset="Meeting", **rule).holds(now) is holds


def test_the_first_rule_that_holds_counts_and_a_preset_that_is_gone_never() -> None:
    rules = (
        Rule(preset="Gone", program="zoom"),
        Rule(preset="Podcast", program="obs"),
        Rule(preset="Meeting", program="zoom"),
    )
    presets = Presets(rules=rules)
    assert presets.chosen(situation("zoom")) == rules[2]
    assert presets.chosen(situation("zoom", "obs")) == rules[1]
    assert presets.chosen(situation("firefox")) is None


@pytest.mark.parametrize("rule", [{}, {"between": "25:00-26:00"}, {"between": "evening"}])
def test_a_rule_that_says_nothing_is_refused(rule: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Rule(preset="Meeting", **rule)
