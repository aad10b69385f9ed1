"""`vcam archive` as it is typed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import soundfile

from tests.material import spoken

WITHOUT = "import sys; sys.modules |= {'ray': None, 'fsspec': None}; "
WITH = "import vcam.cli.archive_commands as it; it.find_spec = bool; "
MAIN = "from vcam.__main__ import main; main()"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in" / "2026").mkdir(parents=True)
    for name in ("a.wav", "2026/b.wav"):
        soundfile.write(tmp_path / "in" / name, spoken(1), 48_000)
    return tmp_path / "in"


def vcam(code: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, timeout=60
    )


@pytest.mark.long
def test_without_ray_it_says_what_to_install_and_enhance_needs_none_of_it(
    source: Path, tmp_path: Path
) -> None:
    result = vcam(WITHOUT + MAIN, "archive", source, "-o", tmp_path / "out")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and "pip install -e '.[cluster]'" in result.stderr
    assert not (tmp_path / "out").exists()
    result = vcam(WITHOUT + MAIN, "enhance", source / "a.wav", "-o", tmp_path / "a.wav")
    assert result.returncode == 0 and (tmp_path / "a.wav").exists()


@pytest.mark.long
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="all names are text there")
@pytest.mark.skipif(find_spec("fsspec") is None, reason="vcam[cluster] is not installed")
def test_a_recording_whose_name_is_no_text_fails_at_once_and_alone(
    source: Path, tmp_path: Path
) -> None:
    (source / "a.wav").rename(source / os.fsdecode(b"caf\xe9.wav"))
    words = ("archive", source, "-o", tmp_path / "out")
    result = vcam(WITH + MAIN, *words, "--dry-run", "--json")
    lines = map(json.loads, result.stdout.splitlines())
    assert {line["recording"]: line["state"] for line in lines} == {
        "caf\udce9.wav": "failed",
        "2026/b.wav": "to do",
    }
    result = vcam(WITH + MAIN, *words, "--filter", "caf*")
    assert result.returncode == 1 and result.stderr == ""
    assert "failed  'caf?.wav' is not text in UTF-8; rename" in result.stdout


@pytest.mark.skipif(find_spec("fsspec") is None, reason="vcam[cluster] is not installed")
@pytest.mark.long
def test_a_dry_run_says_what_would_be_done_and_why(source: Path, tmp_path: Path) -> None:
    for name in ("notes.txt", ".hidden.txt"):
        (source / name).touch()
    words = ("archive", source, "-o", tmp_path / "out", "--dry-run")
    result = vcam(WITH + MAIN, *words)
    assert result.returncode == 0
    assert [line.split() for line in result.stdout.splitlines() if "wav" in line] == [
        ["2026/b.wav", "to", "do", "new"],
        ["a.wav", "to", "do", "new"],
    ]
    assert result.stdout.endswith("1 passed over, 2 to do\n")
    result = vcam(WITH + MAIN, *words, "--filter", "2026/*", "--json")
    (line,) = map(json.loads, result.stdout.splitlines())
    assert (line["recording"], line["state"], line["why"]) == ("2026/b.wav", "to do", "new")
    assert not (tmp_path / "out").exists()
