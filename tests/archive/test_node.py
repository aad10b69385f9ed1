"""A recording's way through one process, without Ray: the real store, the real job."""

import os
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.archive.running import film
from tests.material import spoken
from tests.offline.making import Failing, ffmpeg
from vcam.archive import index, manifest, node, run
from vcam.archive.agenda import Agenda, Task
from vcam.archive.manifest import OURS, Record
from vcam.archive.plan import Plan
from vcam.offline.enhance import spans
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.enhancer import Enhanced, Enhancer
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.spans import Span
from vcam.offline.transcript.recognise import TranscriptOptions
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

fsspec = pytest.importorskip("fsspec", reason="vcam[cluster] is not installed")
OPTIONS = EnhanceOptions(settings=for_recordings(denoiser="fast"))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `talks/a.wav` in it; what a node keeps is there too."""
    monkeypatch.setattr(node.platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    (tmp_path / "in" / "talks").mkdir(parents=True)
    noise = 0.01 * np.random.default_rng(0).standard_normal(48_000).astype(np.float32)
    soundfile.write(tmp_path / "in" / "talks" / "a.wav", spoken(1) + noise, 48_000)
    return tmp_path


def look(source: object, target: object, options: EnhanceOptions = OPTIONS) -> run.Survey:
    return run.survey(str(source), str(target), options, None)


def done(survey: run.Survey) -> list[Record]:
    agenda, outcomes = Agenda(survey.plan.todo), []
    while agenda:
        task = agenda.next(2)
        if outcome := agenda.take(task, node.do(survey.order, task)):
            outcomes.append(outcome)
    return [outcome.record for outcome in outcomes if outcome.record]


def interrupted(_record: Record) -> bytes:
    raise KeyboardInterrupt


def shown(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and OURS not in path.parts
    }


def test_the_result_is_that_of_enhance_and_is_made_once(archive: Path) -> None:
    first = done(look(archive / "in", archive / "out"))
    assert [one.files for one in first] == [("talks/a.wav",)]
    enhance_files([archive / "in" / "talks" / "a.wav"], archive / "alone.wav", OPTIONS)
    made = archive / "out" / "talks" / "a.wav"
    assert made.read_bytes() == (archive / "alone.wav").read_bytes()
    assert shown(archive / "out") == {"talks/a.wav"} and shown(archive / "cache") == set()
    assert look(archive / "in", archive / "out").plan == Plan([], first)
    made.unlink()
    assert [item.why for item in look(archive / "in", archive / "out").plan.todo] == ["result gone"]


def test_a_recording_that_was_only_copied_again_is_known_by_its_hash(archive: Path) -> None:
    done(look(archive / "in", archive / "out"))
    made = archive / "out" / "talks" / "a.wav"
    before = made.stat().st_mtime_ns
    os.utime(archive / "in" / "talks" / "a.wav", (1, 1))
    done(look(archive / "in", archive / "out"))
    assert made.stat().st_mtime_ns == before
    assert look(archive / "in", archive / "out").plan.todo == []


def test_object_stores_are_read_and_written_like_folders(archive: Path) -> None:
    store = fsspec.filesystem("memory")
    place = f"memory://{uuid.uuid4().hex}"
    store.put(str(archive / "in"), f"{place}/in", recursive=True)
    done(look(f"{place}/in", f"{place}/out"))
    names = [name.rpartition("/out/")[2] for name in store.find(f"{place}/out")]
    assert [name for name in names if not name.startswith(OURS)] == ["talks/a.wav"]
    assert [name for name in names if "/parts/" in name] == []
    assert look(f"{place}/in", f"{place}/out").plan.todo == []


def test_a_store_that_refuses_for_a_moment_is_asked_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vcam.archive.store.PAUSES", (0.0, 0.0))
    memory = type(fsspec.filesystem("memory"))
    answers, put = [TimeoutError("busy"), ConnectionResetError("gone")], memory.put_file

    def refusing(*words: object, **more: object) -> None:
        if answers:
            raise answers.pop()
        put(*words, **more)

    monkeypatch.setattr(memory, "put_file", refusing)
    place = f"memory://{uuid.uuid4().hex}"
    (record,) = done(look(archive / "in", place))
    assert record.files == ("talks/a.wav",) and answers == []
    answers += [TimeoutError("busy")] * 3
    (archive / "in" / "talks" / "b.wav").write_bytes(
        (archive / "in" / "talks" / "a.wav").read_bytes()
    )
    with pytest.raises(VcamError, match="b.wav cannot be used \\(busy\\)"):
        done(look(archive / "in", place))
    assert [item.found.name for item in look(archive / "in", place).plan.todo] == ["talks/b.wav"]


def test_a_broken_recording_leaves_a_record_and_nothing_else(archive: Path) -> None:
    broken = archive / "in" / "talks" / "a.wav"
    broken.write_bytes(broken.read_bytes()[:30])
    (record,) = done(look(archive / "in", archive / "out"))
    assert record.error is not None and "talks/a.wav cannot be read" in str(record.error)
    assert shown(archive / "out") == set()
    assert look(archive / "in", archive / "out").plan.same == [record]


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are none of a folder's there")
def test_a_pipe_is_no_recording_and_holds_nothing_up(archive: Path) -> None:
    os.mkfifo(archive / "in" / "pipe.wav")
    with pytest.raises(VcamError, match="is a pipe or a device"):
        done(look(archive / "in", archive / "out"))


def test_a_recording_whose_drive_fails_is_tried_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing, pytest.raises(VcamError, match="Stale file handle"):
        failing.setattr("vcam.media_file._address", Failing)
        done(look(archive / "in", archive / "out"))
    (record,) = done(look(archive / "in", archive / "out"))
    assert record.files == ("talks/a.wav",) and shown(archive / "cache") == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_target_that_cannot_be_written_is_no_fault_of_the_recording(archive: Path) -> None:
    (archive / "out").mkdir(mode=0o500)
    with pytest.raises(VcamError, match="cannot be used"):
        done(look(archive / "in", archive / "out"))


def test_a_machine_with_another_vcam_makes_nothing(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = look(archive / "in", archive / "out")
    monkeypatch.setattr(node, "list_models", dict)
    with pytest.raises(VcamError, match="install the same vcam there"):
        done(survey)
    assert not (archive / "out").exists()


def test_a_gpu_that_cannot_be_used_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    survey = look(archive / "in", archive / "out")
    made = node.do(survey.order, Task(survey.plan.todo[0]), gpu=True)
    assert isinstance(made, Record) and "GPU of the machine" in str(made.notes[-1])


def test_the_index_takes_records_as_they_come(archive: Path) -> None:
    survey = look(archive / "in", archive / "out")
    with pytest.raises(KeyboardInterrupt):
        with index.kept(survey.target, survey.records) as take:
            (record,) = done(survey)
            take(record)
            raise KeyboardInterrupt
    assert index.results(archive / "out") == ["talks/a.wav"]


def test_the_background_travels_with_the_order(archive: Path) -> None:
    picture = archive / "room.png"
    picture.write_bytes((Path(__file__).parents[2] / "docs" / "menu.png").read_bytes())
    options = EnhanceOptions(settings=for_recordings(background=str(picture)))
    survey = look(archive / "in", archive / "out", options)
    picture.unlink()
    (record,) = done(survey)
    assert record.error is None and shown(archive / "out") == {"talks/a.wav"}


@pytest.mark.parametrize(
    "source, target, said",
    [
        ("nowhere", "out", "nowhere is no folder"),
        ("in/talks/a.wav", "out", "is no folder"),
        ("in", "in", "is one of the recordings"),
        ("empty", "out", "holds no recordings"),
        ("ftq://host/in", "out", "ftq://host/in cannot be used"),
    ],
)
def test_a_wrong_place_is_one_sentence(
    archive: Path, monkeypatch: pytest.MonkeyPatch, source: str, target: str, said: str
) -> None:
    monkeypatch.chdir(archive)
    (archive / "empty").mkdir()
    with pytest.raises(VcamError, match=said):
        look(source, target)
    assert not (archive / "out").exists()


def test_a_choice_of_recordings_leaves_the_others_found(archive: Path) -> None:
    done(look(archive / "in", archive / "out"))
    (archive / "in" / "b.wav").write_bytes((archive / "in" / "talks" / "a.wav").read_bytes())
    survey = run.survey(str(archive / "in"), str(archive / "out"), OPTIONS, "b.*")
    assert [item.found.name for item in survey.plan.todo] == ["b.wav"]
    assert set(survey.records) == {"talks/a.wav"}


def test_results_within_the_source_are_no_recordings(archive: Path) -> None:
    done(look(archive / "in", archive / "in" / "clean"))
    assert look(archive / "in", archive / "in" / "clean").plan.todo == []


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators")
@pytest.mark.parametrize("target", ["../in", "link", "file://{archive}/link", "in/talks/.."])
def test_the_source_is_no_target_however_it_is_spelt(
    archive: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    (archive / "link").symlink_to("in")
    monkeypatch.chdir(archive)
    if target.startswith(".."):
        monkeypatch.chdir(archive / "in")
    target = target.format(archive=archive)
    for source in (archive / "in", f"file://{archive}/in", archive / "link"):
        with pytest.raises(VcamError, match="is one of the recordings"):
            look(source, target)
    done(look(archive / "in", f"{archive}/link/clean"))
    assert look(archive / "in", archive / "link" / "clean").plan.todo == []


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators")
def test_a_folder_that_leads_back_replaces_no_recording(archive: Path) -> None:
    recording = archive / "in" / "talks" / "a.wav"
    before = recording.read_bytes()
    (archive / "out").mkdir()
    (archive / "out" / "talks").symlink_to(archive / "in" / "talks")
    with pytest.raises(VcamError, match="talks/a.wav is one of the recordings"):
        done(look(archive / "in", archive / "out"))
    assert recording.read_bytes() == before


def test_a_file_of_the_user_is_not_replaced(archive: Path) -> None:
    own = archive / "out" / "talks" / "a.srt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    options = replace(OPTIONS, transcript=TranscriptOptions())
    with pytest.raises(VcamError, match="out/talks/a.srt exists already; choose another place"):
        done(look(archive / "in", archive / "out", options))
    done(look(archive / "in", archive / "out"))
    (archive / "in" / "b.wav").write_bytes((archive / "in" / "talks" / "a.wav").read_bytes())
    (archive / "out" / "b.wav").write_text("mine")
    with pytest.raises(VcamError, match="out/b.wav exists already"):
        done(look(archive / "in", archive / "out"))
    assert own.read_text() == (archive / "out" / "b.wav").read_text() == "mine"


def test_a_file_that_comes_while_it_works_is_not_replaced(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = archive / "out" / "talks" / "a.wav"

    def slow(*words: Any, **more: Any) -> Enhanced:
        own.parent.mkdir(parents=True)
        own.write_text("mine")
        return enhance(*words, **more)

    enhance = Enhancer.enhance
    monkeypatch.setattr(Enhancer, "enhance", slow)
    with pytest.raises(VcamError, match="a.wav exists already"):
        done(look(archive / "in", archive / "out"))
    assert own.read_text() == "mine"


def test_no_recording_is_replaced_where_the_target_lies_around_the_source(archive: Path) -> None:
    recording = archive / "in" / "talks" / "a.wav"
    (archive / "in" / "in" / "talks").mkdir(parents=True)
    (archive / "in" / "in" / "talks" / "a.wav").write_bytes(recording.read_bytes())
    before = recording.read_bytes()
    (item,) = [one for one in look(archive / "in", archive).plan.todo if "in/" in one.found.name]
    with pytest.raises(VcamError, match="in/talks/a.wav exists already"):
        node.do(look(archive / "in", archive).order, Task(item))
    assert recording.read_bytes() == before


def test_a_result_without_a_record_is_made_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(manifest, "written", interrupted)
        done(look(archive / "in", archive / "out"))
    assert shown(archive / "out") == {"talks/a.wav"}
    (record,) = done(look(archive / "in", archive / "out"))
    assert record.files == ("talks/a.wav",)


def test_a_result_that_outlived_its_recording_is_made_again(archive: Path) -> None:
    recording = archive / "in" / "talks" / "a.wav"
    whole = recording.read_bytes()
    for data, files in ((whole, ("talks/a.wav",)), (whole[:30], ()), (whole, ("talks/a.wav",))):
        recording.write_bytes(data)
        (record,) = done(look(archive / "in", archive / "out"))
        assert record.files == files


def test_notes_name_the_result_as_the_archive_does(archive: Path) -> None:
    plain = archive / "in" / "talks" / "a.wav"
    ffmpeg("-i", plain, "-metadata", "mood=calm", plain.with_suffix(".flac"))
    plain.unlink()
    (record,) = done(look(archive / "in", archive / "out"))
    (note,) = record.notes
    assert str(note).startswith("talks/a.wav is without")


@pytest.mark.long
def test_a_long_film_is_made_in_spans_and_joined(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "LENGTH", 10)
    (archive / "in" / "talks" / "a.wav").unlink()
    film(archive / "in" / "a.mp4", 21, rate=5, spoken=3)
    options = EnhanceOptions(settings=for_recordings(denoiser="fast", lips="off", mirror=True))
    survey = look(archive / "in", archive / "out", options)
    task = Task(survey.plan.todo[0])
    assert node.do(survey.order, task) == (Span(0, 10), Span(10))
    assert isinstance(node.do(survey.order, replace(task, whole=True)), Record)
    (archive / "out" / "a.mp4").unlink()
    (record,) = done(survey)
    assert record.files == ("a.mp4",)
    assert shown(archive / "out") == {"a.mp4"} and shown(archive / "cache") == set()
    assert [*(archive / "out" / OURS / "spans").iterdir()] == []
