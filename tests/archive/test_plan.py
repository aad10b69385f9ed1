"""Only what is new or changed is done again, and no two results have one name."""

import pytest

from vcam.archive.manifest import (
    _OF_THE_CAUSE,
    _OF_THE_RECORDING,
    Found,
    Record,
    lasting,
    place_of,
    read,
    written,
)
from vcam.archive.plan import Plan, planned, wanted
from vcam.schema.reasons import Reason
from vcam.schema.sentences import SENTENCES

OPTIONS = {"settings": {"denoise": True}, "superres": 1}
MADE_BY = {"vcam": "1.2.0", "denoise": "ab"}


def found(name: str, size: int = 10, changed: str = "1.0") -> Found:
    return Found(name=name, size=size, changed=changed)


def record(one: Found, stem: str, **changes: object) -> Record:
    known = {"source": one, "sha256": "00", "options": OPTIONS, "made_by": MADE_BY, "stem": stem}
    return Record.model_validate(known | {"files": (f"{stem}.mp4",)} | changes)


def plan(now: list[Found], *records: Record, there: set[str] | None = None) -> Plan:
    files = {file for one in records for file in one.files} if there is None else there
    return planned(now, {one.source.name: one for one in records}, files, OPTIONS, MADE_BY)


def test_what_is_done_is_left_alone() -> None:
    one = found("a.mp4")
    assert plan([one], record(one, "a")) == Plan([], [record(one, "a")])


def test_what_nothing_can_be_made_of_is_not_tried_again() -> None:
    one = found("a.mp4")
    broken = record(one, "a", files=(), error=Reason.of("media.unreadable", path="a.mp4"))
    assert plan([one], broken).same == [broken]


@pytest.mark.parametrize(
    "now, changes, there, why",
    [
        (found("a.mp4", size=11), {}, None, "changed"),
        (found("a.mp4", changed="2.0"), {}, None, "changed"),
        (found("a.mp4"), {"options": OPTIONS | {"superres": 2}}, None, "other options"),
        (found("a.mp4"), {"made_by": MADE_BY | {"denoise": "cd"}}, None, "other version"),
        (found("a.mp4"), {}, set(), "result gone"),
    ],
)
def test_what_differs_is_done_again(
    now: Found, changes: dict[str, object], there: set[str] | None, why: str
) -> None:
    (item,) = plan([now], record(found("a.mp4"), "a", **changes), there=there).todo
    assert (item.why, item.stem) == (why, "a")


def test_a_record_whose_time_alone_differs_may_be_right_by_its_hash() -> None:
    known = record(found("a.mp4"), "a")
    (item,) = plan([found("a.mp4", changed="2.0")], known).todo
    assert item.known == known
    (item,) = plan([found("a.mp4", size=11)], known).todo
    assert item.known is None


def test_two_recordings_that_differ_by_the_end_of_their_names_have_two_results() -> None:
    names = ["talk.mov", "talk.mp4", "Talk.wav", "sub/talk.mp4"]
    stems = {item.found.name: item.stem for item in plan([found(name) for name in names]).todo}
    assert stems == {
        "Talk.wav": "Talk",
        "sub/talk.mp4": "sub/talk",
        "talk.mov": "talk.mov",
        "talk.mp4": "talk.mp4",
    }
    kept = record(found("talk.mp4"), "talk")
    (item,) = plan([found("talk.mov"), found("talk.mp4")], kept).todo
    assert item.stem == "talk.mov"


def test_the_largest_comes_first() -> None:
    items = plan([found("a.mp4", 1), found("b.mp4", 3), found("c.mp4", 2)]).todo
    assert [item.found.name for item in items] == ["b.mp4", "c.mp4", "a.mp4"]


def test_recordings_are_told_by_their_names() -> None:
    names = ["a.MP4", "b.txt", ".hidden/c.mp4", "2026/d.opus", "book.m4b", "e.amr", "f.wv"]
    assert [name for name in names if wanted(name, None)] == [
        *("a.MP4", "2026/d.opus", "book.m4b", "e.amr", "f.wv")
    ]
    assert [name for name in names if wanted(name, "*.txt")] == ["b.txt"]


def test_a_record_is_read_as_it_was_written() -> None:
    one = record(found("a.mp4"), "a", error=Reason.of("media.unreadable", path="a.mp4"))
    assert read(written(one)) == one
    assert read(written(one)[:-20]) is None and read(b"{}") is None
    assert len(place_of("ü" * 300)) < 100 and place_of("a") != place_of("b")


def test_only_failures_of_the_recording_itself_last() -> None:
    size = Reason.of("enhance.size", width=16384, height=9216)
    for reason in (
        Reason.of("media.unreadable", path="a"),
        Reason.of("enhance.silent", path="a"),
        Reason.of("enhance.of_file", path="a", cause=size),
    ):
        assert lasting(reason)
    memory = "CUDA out of memory"
    picture = Reason.of("enhance.picture", cause=Reason.of("portrait.failed", error=memory))
    for reason in (
        Reason.of("file.unwritable", path="a", error="no space"),
        Reason.of("file.unreadable", path="a", error="Input/output error"),
        Reason.of("enhance.busy", path="a"),
        Reason.of("enhance.of_file", path="a", cause=Reason.of("denoiser.failed", error=memory)),
        Reason.of("enhance.of_file", path="a", cause=picture),
        picture,
    ):
        assert not lasting(reason)
    assert {*_OF_THE_RECORDING, *_OF_THE_CAUSE} <= set(SENTENCES)
