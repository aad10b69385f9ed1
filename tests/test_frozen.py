"""What the frozen program of Windows and macOS makes of its arguments."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

START = Path(__file__).parents[1] / "installer" / "windows" / "start.py"


@pytest.mark.parametrize(
    "system, given, heard",
    [
        ("darwin", [], ["tray", "--settings"]),
        ("darwin", ["status"], ["status"]),
        ("darwin", ["-m", "vcam", "devices"], ["devices"]),
        ("win32", [], []),
    ],
)
def test_a_double_click_opens_the_window_and_arguments_are_heard(
    monkeypatch: pytest.MonkeyPatch, system: str, given: list[str], heard: list[str]
) -> None:
    run: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: run.append((name, sys.argv[1:])))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "argv", [str(START), *given])
    runpy.run_path(str(START), run_name="__main__")
    assert run == [("vcam", heard)]
