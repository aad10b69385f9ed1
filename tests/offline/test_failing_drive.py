"""A recording that lies on a drive which fails is whole: it is not taken for a broken one, and what
was finished of it is gone on with."""

from pathlib import Path

import pytest
from av import InvalidDataError

from tests.offline.making import H264, Failing, recording
from vcam.media_file import failures, open_input
from vcam.offline.enhance import film
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.lips_track import lip_track
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Unreachable
from vcam.offline.media import unreadable
from vcam.offline.sound_file import measure
from vcam.offline.timestamps import demuxed
from vcam.offline.transcript.speech import sound_of
from vcam.offline.voice import beginning
from vcam.schema.recordings import for_recordings

PLAIN = EnhanceOptions(settings=for_recordings(lips="off", denoiser="fast"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No sound of floats, whose loudness is measured before anything can be finished."""
    return recording(tmp_path_factory.mktemp("drive") / "in.mkv", *H264, "-c:a", "flac")


@pytest.mark.long
def test_the_film_is_made_from_where_the_drive_failed(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "KEEP", 0.0)
    (whole,) = enhance_files([source], tmp_path / "whole.mkv", PLAIN)
    with monkeypatch.context() as failing:
        read = {source: Failing}
        failing.setattr("vcam.media_file._address", lambda path: read.get(path, str)(path))
        (result,) = enhance_files([source], tmp_path / "out.mkv", PLAIN)
    assert result.error is not None and result.error.key == "file.unreadable"
    assert str(result.error) == f"{source} cannot be read (Stale file handle)."
    assert (tmp_path / ".out.mkv.part" / "state").exists() and not result.target.exists()
    (result,) = enhance_files([source], tmp_path / "out.mkv", PLAIN)
    assert result.target.read_bytes() == whole.target.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"whole.mkv", "out.mkv"}


@pytest.mark.parametrize(
    "read",
    [
        measure,
        lip_track,
        lambda source: list(sound_of(source, film=True)),
        lambda source: beginning(source, 60),
    ],
)
def test_whoever_reads_says_so(source: Path, monkeypatch: pytest.MonkeyPatch, read: object) -> None:
    assert callable(read)
    monkeypatch.setattr("vcam.media_file._address", Failing)
    with pytest.raises(Unreachable, match=r"in\.mkv cannot be read \(Stale file handle\)"):
        read(source)


def test_what_cannot_be_read_is_not_the_end(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg takes it for the end of a fragmented MP4, and for a missing index of any."""
    monkeypatch.setattr(failures, "open", lambda path, mode: Failing(path), raising=False)
    with open_input(source) as container, pytest.raises(OSError, match="Stale file handle"):
        list(demuxed(source, container, container.streams))
    with pytest.raises(Unreachable):
        raise unreadable(source, InvalidDataError(1, "moov atom not found"))
