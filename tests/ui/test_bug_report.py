"""A bug report saved from the status page."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from vcam_ui.link.bug_report import BugReport

from tests.full_disk import full_disk
from tests.ui.rig import until


@pytest.mark.long
def test_a_report_is_saved_and_said_so_or_why_not(app: QApplication, tmp_path: Path) -> None:
    (folder := tmp_path / "reports").mkdir()
    gathering = BugReport()
    told: list[str] = []
    gathering.told.connect(told.append)
    gathering.save(folder / "mine.txt")
    until(lambda: len(told) == 1, 60)
    assert told[0] == "The report is saved: mine.txt"
    assert "== Versions" in (folder / "mine.txt").read_text("utf-8")
    before = (folder / "mine.txt").read_bytes()
    with full_disk(len(before) // 2):
        gathering.save(folder / "mine.txt")
        until(lambda: len(told) == 2, 60)
    assert "cannot be written (" in told[1]
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert (folder / "mine.txt").read_bytes() == before
    gathering.save(folder / "nowhere" / "mine.txt")
    until(lambda: len(told) == 3, 60)
    assert "cannot be written (No such file or directory)" in told[2]
