"""What the daemon's hand on recordings does to the runtime folder."""

from pathlib import Path

from vcam.daemon.recorder import Recorder


def test_what_a_crashed_daemon_left_goes_and_what_others_keep_there_stays(tmp_path: Path) -> None:
    for name in ("pictures-1", "sound-1", "sound-defaults.json", "lips"):
        (tmp_path / name).touch()
    Recorder(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sound-defaults.json", "lips"}
