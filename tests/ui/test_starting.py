"""The daemon is started from the windows, and it is said when it does not come."""

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from vcam_ui.desktop import behind
from vcam_ui.link.link import DaemonLink

from tests.ui.rig import until

START = DaemonLink.start_daemon  # the other tests of the windows do without


def test_a_daemon_that_cannot_start_says_why(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho Warning >&2\necho vcam: It hangs. >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    threading.Thread(target=behind._start_processes, daemon=True).start()
    link = DaemonLink(address=str(tmp_path / "none"))
    said: list[str] = []
    link.said.connect(said.append)
    START(link)
    assert link.starting
    until(lambda: bool(said))
    assert said == ["The camera service could not be started: It hangs."] and not link.starting
