"""Who has a package is told nothing that only a copy of the sources can do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vcam import doctor
from vcam.audio.denoisers import registry
from vcam.cli import app, archive_commands
from vcam.offline.transcript.recognise import Recogniser, TranscriptOptions
from vcam.schema.errors import VcamError


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files beside the interpreter are as packages have them."""
    python = tmp_path / f"python3.{sys.version_info.minor}"
    python.touch()
    (tmp_path / f"{python.name}._pth").touch()
    (tmp_path / "python3").symlink_to(python)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))


@pytest.mark.skipif(registry.installed("dtln"), reason="DTLN is installed")
def test_a_denoiser_that_is_in_no_package_is_not_to_be_installed() -> None:
    with pytest.raises(VcamError, match="DTLN is not part of the package; run vcam from source"):
        registry.open_denoiser("dtln")
    assert "dtln not part of the package" in doctor._denoisers().detail


def test_a_package_that_lacks_what_transcripts_need_is_to_be_installed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(VcamError, match=r"install vcam again\.$"):
        Recogniser(TranscriptOptions(), lambda done: None)


def test_archives_are_said_to_be_in_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_commands, "find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["archive", str(tmp_path), "-o", str(tmp_path / "out")])
    assert isinstance(done.exception, VcamError)
    assert "not part of the package; run vcam from source" in str(done.exception)
