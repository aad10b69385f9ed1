"""What a daemon does to the runtime folder that others have used before it."""

from pathlib import Path

from vcam.daemon.daemon import Daemon, DaemonOptions
from vcam.daemon.recorder import Recorder


def test_what_a_crashed_daemon_left_goes_and_what_others_keep_there_stays(tmp_path: Path) -> None:
    for name in ("pictures-1", "sound-1", "sound-defaults.json", "lips"):
        (tmp_path / name).touch()
    Recorder(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sound-defaults.json", "lips"}


def test_what_a_killed_daemon_left_and_still_maps_is_in_nobodys_way(tmp_path: Path) -> None:
    for name in ("lips-1", "pictures-1-1"):
        (tmp_path / name).mkdir()  # as hard to remove as what Windows still maps
    (tmp_path / "preview-1").touch()
    Recorder(tmp_path)
    with Daemon(DaemonOptions())._mailboxes(tmp_path) as (lips, preview):
        assert lips.path.exists() and preview.path.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"lips-1", "pictures-1-1"}
