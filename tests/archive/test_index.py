"""Search over what is said in an archive."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.archive.test_plan import found, record
from vcam.archive.index import NAME, bring_up_to_date, find
from vcam.archive.manifest import Record
from vcam.schema.errors import VcamError

SAID = {
    "a.srt": "1\n00:00:01,500 --> 00:00:03,000\nThe rotor blades\nwere tested.\n",
    "b.srt": "1\n01:00:00,000 --> 01:00:02,000\n我們討論渦輪葉片\n\n2\n01:00:02,000 --> "
    "01:00:03,000\nCafé & Rotor\n",
}


def records(*stems: str) -> dict[str, Record]:
    return {
        f"{stem}.mp4": record(found(f"{stem}.mp4"), stem, files=(f"{stem}.mkv", f"{stem}.srt"))
        for stem in stems
    }


def texts(names: Iterable[str]) -> Mapping[str, bytes]:
    return {name: SAID[name].encode() for name in names}


def hits(folder: Path, words: str) -> list[tuple[str, float]]:
    return [(hit.result, hit.begin) for hit in find(str(folder), words)]


def test_lines_are_found_by_words_in_any_script(tmp_path: Path) -> None:
    assert bring_up_to_date(tmp_path / NAME, records("a", "b"), texts)
    assert hits(tmp_path, "rotor") == [("a.mkv", 1.5), ("b.mkv", 3602.0)]
    assert hits(tmp_path, "TESTED blades") == [("a.mkv", 1.5)]
    assert hits(tmp_path, "cafe") == [("b.mkv", 3602.0)]
    assert hits(tmp_path, "渦輪") == [("b.mkv", 3600.0)]
    assert hits(tmp_path, "輪渦") == []
    assert hits(tmp_path, '"AND* (') == hits(tmp_path, " ") == []


def test_the_file_follows_the_records(tmp_path: Path) -> None:
    file = tmp_path / NAME
    bring_up_to_date(file, records("a", "b"), texts)
    assert not bring_up_to_date(file, records("a", "b"), texts)
    assert bring_up_to_date(file, records("b"), texts)
    assert hits(tmp_path, "rotor") == [("b.mkv", 3602.0)]
    again = {name: one.model_copy(update={"at": "later"}) for name, one in records("b").items()}
    assert bring_up_to_date(file, again | records("a"), texts)
    assert hits(tmp_path, "rotor") == [("a.mkv", 1.5), ("b.mkv", 3602.0)]
    file.write_bytes(b"damaged")
    assert bring_up_to_date(file, again | records("a"), texts)
    assert hits(tmp_path, "rotor") == [("a.mkv", 1.5), ("b.mkv", 3602.0)]


def test_a_folder_without_an_index_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(VcamError, match="no index of an archive"):
        find(str(tmp_path), "rotor")
    assert list(tmp_path.iterdir()) == []
