"""Asking for large pages changes the process that is started and nothing else."""

import os
import subprocess
import sys

import pytest

from vcam import large_pages

VARIABLE = "GLIBC_TUNABLES"


def child() -> str:
    code = f"import os; print(os.environ.get({VARIABLE!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout


def test_a_process_that_is_started_is_told_and_this_one_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with large_pages.asked_for():
        assert "hugetlb=1" in child()
    assert VARIABLE not in os.environ


def test_what_the_user_has_tuned_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "glibc.malloc.check=0")
    with large_pages.asked_for():
        assert child().strip() == "glibc.malloc.check=0"
