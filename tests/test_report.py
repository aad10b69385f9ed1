"""The text of a bug report: whole, and nobody's name in it."""

import getpass
from pathlib import Path

import pytest

from tests.daemon_process import Running
from vcam import logbook, report
from vcam.control import Client
from vcam.schema.errors import VcamError


def test_a_report_has_every_part_and_no_name(
    daemon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(daemon.home))
    monkeypatch.setattr(getpass, "getuser", lambda: "mallory")
    film = daemon.home / "our holiday.mp4"
    film.touch()
    daemon.start()
    daemon.live()
    with Client() as client:
        client.call("set", camera=str(film), blur=41, my_voice="abcd.how-it-sounds")
        page = client.status().preview
    (logbook.folder() / "sound.log").write_text(f"opened by mallory in {daemon.home}/x", "utf-8")
    text = report.compose()
    for part in ("Versions", "Doctor", "Status", "Settings", "Models", "Log: daemon", "Log: sound"):
        assert f"== {part}\n" in text
    for fact in ("numpy ", "denoise ", "blur = 41", "camera = (a file)", '"state": "live"'):
        assert fact in text
    assert "opened by (user) in ~/x" in text
    assert page
    for secret in (str(daemon.home), "mallory", "our holiday", "how-it-sounds", page):
        assert secret not in text


def test_without_a_daemon_and_with_a_broken_part_the_rest_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("the driver is upset")

    monkeypatch.setattr(report, "_doctor", broken)
    text = report.compose()
    assert "RuntimeError: the driver is upset" in text
    assert "vcam is not running" in text
    assert "== Models" in text


def test_a_report_replaces_no_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "compose", lambda: "text")
    monkeypatch.chdir(home)
    assert report.write(Path("mine.txt")).read_text() == "text"
    with pytest.raises(VcamError, match="exists already"):
        report.write(Path("mine.txt"))
    with pytest.raises(VcamError, match="cannot be written"):
        report.write(home / "nowhere" / "mine.txt")
    assert report.write().name.startswith("vcam-report-")
