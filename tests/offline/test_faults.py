"""What fails in a way that nobody expected costs no more than it has to, and is said."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.offline.making import H264, recording
from vcam.networks.models import open_model
from vcam.offline.enhance import enhancer, film, job
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.separation import split
from vcam.offline.transcript import speech
from vcam.offline.transcript.recognise import TranscriptOptions
from vcam.offline.transcript.speech import Utterance
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings
from vcam.video.stages.face_networks import FaceNetworks
from vcam.video.stages.face_tracker import FaceTracker

PLAIN = for_recordings(lips="off", denoiser="fast")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recording(tmp_path_factory.mktemp("faults") / "in.mkv", *H264)


class Recogniser:
    """One that opens, and then fails."""

    def __init__(self, *_: object) -> None:
        return

    def language_of(self, first: list[Utterance]) -> str:
        return "en"

    def lines(self, said: Utterance, language: str) -> list[object]:
        raise RuntimeError("CUDA failed with error out of memory\n(a long story)")


def test_a_transcript_that_fails_costs_no_film(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enhancer, "Recogniser", Recogniser)
    monkeypatch.setattr(speech, "_parts", lambda sound: [(0, len(sound))])
    options = EnhanceOptions(settings=PLAIN, transcript=TranscriptOptions("en"))
    (result,) = enhance_files([source], tmp_path / "out.mkv", options)
    assert result.error is None and result.missing is not None
    said = "cannot be made (CUDA failed with error out of memory)."
    assert str(result.missing).endswith(said)
    assert [path.name for path in tmp_path.iterdir()] == ["out.mkv"]


def test_voices_that_cannot_be_taken_apart_cost_no_film(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime's own error, of a network that takes something else."""
    wrong = open_model("lips")
    other = FaceTracker(FaceNetworks(wrong, wrong))
    monkeypatch.setattr(split, "open_face", lambda *_: other)
    options = EnhanceOptions(settings=PLAIN, split_voices=True)
    (result,) = enhance_files([source], tmp_path / "out.mkv", options)
    assert result.error is None and result.missing is not None
    assert result.missing.key == "split.failed"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mkv"]


@pytest.mark.long
def test_a_fault_with_one_recording_stops_no_other_and_is_gone_on_from(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.mkv"
    other.write_bytes(source.read_bytes())
    assemble, faults = film.assemble, [MemoryError("no memory is left")]

    def failing(*words: Any) -> None:
        if faults:
            raise faults.pop()
        assemble(*words)

    monkeypatch.setattr(film, "assemble", failing)
    options = EnhanceOptions(settings=PLAIN)
    first, second = enhance_files([source, other], tmp_path / "o", options)
    assert str(first.error) == (
        f"vcam failed at {source} (no memory is left); the same command goes on with it."
    )
    assert second.error is None and second.target.exists() and not first.target.exists()
    assert (tmp_path / "o" / ".in.mkv.part" / "state").exists()
    (again,) = enhance_files([source], tmp_path / "o", options)
    assert again.target.read_bytes() == second.target.read_bytes()


def test_a_reader_of_the_progress_that_leaves_costs_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = recording(tmp_path / "in.wav", picture=False)
    read, write = os.pipe()
    os.close(read)
    with open(write, "w", closefd=False) as nobody, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", nobody)
        with job.told([source], as_json=True) as progress:
            options = EnhanceOptions(settings=PLAIN)
            (made,) = enhance_files([source], tmp_path / "o", options, progress=progress)
        os.dup2(os.open(os.devnull, os.O_WRONLY), write)
    os.close(write)
    assert made.error is None and made.target.exists()


def test_what_was_kept_and_is_damaged_is_made_anew(tmp_path: Path) -> None:
    """Or the same job would fail for ever."""
    target = tmp_path / "out.mkv"
    with pytest.raises(KeyboardInterrupt), Work(target, "job") as work:
        work.keep("film", 1, {0: []})
        raise KeyboardInterrupt
    (work.folder / "000000.npz").write_bytes(b"PK\3\4 and nothing else")
    with pytest.raises(VcamError, match="damaged"), Work(target, "job") as work:
        list(work.results(0))
    with Work(target, "job") as work:
        assert work.state == {}
