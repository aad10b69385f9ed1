"""A trial's files, the user's voice among them, are gone soon, whoever was to take them away."""

import sys
from pathlib import Path

import pytest

from tests.daemon_process import Running
from vcam.daemon.trial_files import TrialFiles
from vcam.schema.trial import RESULT, SOUND


def leave(folder: Path) -> None:
    for name in (RESULT, SOUND):
        (folder / name).write_bytes(b"a voice")


def left(folder: Path) -> bool:
    return any((folder / name).exists() for name in (RESULT, SOUND))


def test_what_nobody_takes_away_is_there_for_a_minute(tmp_path: Path) -> None:
    files = TrialFiles(tmp_path)
    files.expect(100.0)
    leave(tmp_path)
    files.look(159.0)
    assert left(tmp_path)
    files.look(160.0)
    assert not left(tmp_path)


def test_another_trial_has_its_own_minute_and_no_older_files(tmp_path: Path) -> None:
    files = TrialFiles(tmp_path)
    files.expect(100.0)
    leave(tmp_path)
    files.expect(150.0)
    assert not left(tmp_path)
    leave(tmp_path)
    files.look(209.0)
    assert left(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")
@pytest.mark.long
def test_what_a_killed_daemon_left_is_removed_by_the_next_one(daemon: Running) -> None:
    folder = daemon.runtime / "vcam"
    folder.mkdir(mode=0o700)
    leave(folder)
    daemon.start()
    daemon.live()
    assert not left(folder)
