"""What `vcam run` prints, and where."""

import os
import select
import sys
from pathlib import Path

import pytest

from vcam.console import Screen
from vcam.schema.reasons import Reason
from vcam.schema.status import Status, VideoStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a Unix terminal")

NOW = Status(
    video=VideoStatus(state="live", source="our holiday.mp4", sink="the preview page"),
    hints=[Reason.of("page.only", address="http://127.0.0.1:7/secret/")],
)


def test_a_terminal_is_told_the_page_s_address_and_a_journal_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "journal").open("w+", encoding="utf-8") as journal:
        monkeypatch.setattr(sys, "stdout", journal)
        with Screen(tell=True, tray=False) as screen:
            screen.show(NOW)
    said = (tmp_path / "journal").read_text("utf-8")
    assert "picture live, (a file)" in said and "secret" not in said and "holiday" not in said
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        with Screen(tell=True, tray=False) as screen:
            screen.show(NOW)
        seen = b""
        while b"http://127.0.0.1:7/secret/" not in seen:  # a terminal gives what it has
            assert select.select([ours], [], [], 10)[0], seen
            seen += os.read(ours, 10_000)
    os.close(ours)
    assert b"holiday" in seen
