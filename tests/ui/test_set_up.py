"""The window's way to `vcam setup`: what it would do, and why it could not."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from vcam_ui.link.set_up import SetUp
from vcam_ui.words import language
from vcam_ui.words.language import tr

from tests.ui.rig import until
from vcam.schema.sentences import SENTENCES


@pytest.mark.long
def test_why_it_failed_is_said_in_the_windows_language(
    app: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = home / "programs"
    programs.mkdir()
    (programs / "pulseaudio").symlink_to("/bin/false")
    monkeypatch.setenv("PATH", str(programs))  # where nothing is that could change this machine
    set_up = SetUp()
    planned: list[list[str]] = []
    failed: list[str] = []
    set_up.planned.connect(lambda lines, _: planned.append(lines))
    set_up.failed.connect(failed.append)
    set_up.plan()
    until(lambda: bool(planned))
    assert any("pulseaudio" in line for line in planned[0])
    language.install("zh_TW")
    try:
        set_up.carry_out()
        until(lambda: bool(failed))
        reasons = [tr(SENTENCES[f"setup.{name}"].text) for name in ("failed", "no_root")]
        assert failed[0].startswith(tuple(text.partition("{")[0] for text in reasons))
    finally:
        language.install("en")
