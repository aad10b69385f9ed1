"""Reasons: values that become sentences where they are read."""

import pickle

import pytest

from vcam.schema import reasons
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, discreet, discreet_name, said, worst_first
from vcam.schema.sentences import Cure, Sentence, Severity


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = {
        "camera.in_use": Sentence("'{name}' is in use by {others}.", severity="failed"),
        "camera.stand_in": Sentence("{cause} The picture comes from {name}.", severity="note"),
        "work.none": Sentence(
            "There is nothing to do; {cure}.", severity="failed", cure="work.choose"
        ),
    }
    cures = {"work.choose": Cure("choose a thing", command="leave out --no-thing")}
    monkeypatch.setattr(reasons, "SENTENCES", sentences)
    monkeypatch.setattr(reasons, "CURES", cures)


@pytest.mark.usefixtures("catalogue")
def test_an_error_is_its_english_sentence_and_carries_the_reason() -> None:
    error = VcamError("camera.in_use", name="C920", others="Zoom")
    assert str(error) == "'C920' is in use by Zoom."
    assert error.reason.values == {"name": "C920", "others": "Zoom"}
    assert error.reason.severity == "failed"
    again = pickle.loads(pickle.dumps(error))
    assert again.reason == error.reason
    assert str(again) == str(error)


@pytest.mark.usefixtures("catalogue")
def test_a_sentence_holds_the_one_behind_it() -> None:
    cause = Reason.of("camera.in_use", name="C920", others="Zoom")
    reason = Reason.of("camera.stand_in", cause=cause, name="demo")
    assert str(reason) == "'C920' is in use by Zoom. The picture comes from demo."


@pytest.mark.usefixtures("catalogue")
def test_a_cure_has_two_faces() -> None:
    reason = Reason.of("work.none")
    assert str(reason) == "There is nothing to do; leave out --no-thing."
    assert said(reason, "window") == "There is nothing to do; choose a thing."


@pytest.mark.usefixtures("catalogue")
def test_braces_in_a_value_stay_what_they_are() -> None:
    assert str(Reason.of("camera.in_use", name="{others}", others="{x}")) == (
        "'{others}' is in use by {x}."
    )


@pytest.mark.usefixtures("catalogue")
def test_unknown_and_incomplete_reasons_are_said_in_the_english_they_carry() -> None:
    newer = Reason.model_validate_json('{"key": "new.one", "text": "Something new.", "more": 1}')
    assert said(newer, "window") == "Something new."
    older = Reason.model_validate_json('{"key": "camera.in_use", "text": "Somebody uses it."}')
    assert said(older, "window") == "Somebody uses it."
    assert said(Reason.model_validate_json('{"key": "bare"}')) == "bare"


@pytest.mark.usefixtures("catalogue")
def test_reasons_survive_their_way_through_json() -> None:
    cause = Reason.of("camera.in_use", name="C920", others="Zoom")
    reason = Reason.of("camera.stand_in", cause=cause, name="demo", severity="degraded")
    assert Reason.model_validate_json(reason.model_dump_json()) == reason


def test_the_worst_comes_first_and_equals_keep_their_order() -> None:
    grades: list[tuple[str, Severity]] = [("a", "note"), ("b", "failed"), ("c", "note")]
    given = [Reason.of(key, severity=severity) for key, severity in grades]
    assert [reason.key for reason in worst_first(given)] == ["b", "a", "c"]


def test_the_log_hears_no_names_of_files() -> None:
    absent = Reason.of("camera.unknown", name="/home/me/our holiday.mp4", names="0: C920")
    told = discreet(Reason.of("camera.stand_in", cause=absent, name="C920"))
    assert str(told) == (
        "There is no camera or video file '(a file)'; cameras here: 0: C920. The picture comes "
        "from C920 meanwhile."
    )
    folder = discreet(Reason.of("record.folder", folder="/home/me/Films", error="Read-only"))
    assert "written to (a folder) (Read-only)" in str(folder)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HD Pro Webcam C920", "HD Pro Webcam C920"),
        ("/dev/video0", "/dev/video0"),
        ("Cam 2.0", "Cam 2.0"),
        ("our holiday.mp4", "(a file)"),
        (r"C:\me\holiday", "(a file)"),
    ],
)
def test_a_device_is_named_and_a_file_is_not(name: str, said: str) -> None:
    assert discreet_name(name) == said
