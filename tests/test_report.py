"""The text of a bug report: whole, and nobody's name in it."""

import getpass
import platform
import sys
from pathlib import Path

import pytest

from tests.daemon_process import Running
from tests.full_disk import full_disk
from tests.scripted_daemon import ScriptedDaemon
from vcam import logbook, report
from vcam.control import Client
from vcam.control.unix import socket_path
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import RecordStatus, Status, VideoStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the parts that take long to look."""
    monkeypatch.setattr(report, "_doctor", str)
    monkeypatch.setattr(report, "_models", str)


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
        voice = f"abcd.{'how-it-sounds':-<131}="
        client.call("set", camera=str(film), blur=41, my_voice=voice)
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


def test_files_that_a_running_one_shows_or_misses_are_not_named(home: Path, quick: None) -> None:
    log = logbook.folder() / "picture.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("OSError: '/nda/office \"7\".png', then our secret.mkv and /NDA/lobby.png")
    missing = Reason.of("background.absent", path="/nda/plan.png")
    daemon = ScriptedDaemon(socket_path())
    try:
        daemon.settings = Settings(camera="/films/our secret.mkv")
        saved = {
            "Call": {"background": '/nda/office "7".png'},
            "Tea": {"background": "/nda/lobby.png"},
        }
        daemon.presets = Presets(saved=saved)
        daemon.status = Status(
            video=VideoStatus(source="divorce lawyer.mp4", reasons=[missing], sink_problem=missing),
            record=RecordStatus(state="failed", file="/films/a trial.mp4", reason=missing),
            preset=missing,
            hints=[missing],
        )
        text = report.compose()
    finally:
        daemon.end()
    assert "background.absent" in text and '"source":"(a file)"' in text.replace(": ", ":")
    for secret in ("divorce", "nda", "NDA", "plan", "office", "lobby", "secret", "trial.mp4"):
        assert secret not in text


def test_no_way_to_write_a_name_leaves_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    monkeypatch.setattr(platform, "node", lambda: "ann-laptop.fritz.box")
    said = "Ann's AirPods at ANN-LAPTOP, ann-laptop.fritz.box; /home/ann/x is not /home/anna/x."
    assert report.anonymous(said) == (
        "(user)'s AirPods at (host), (host); ~/x is not /home/anna/x."
    )
    assert report.anonymous("in /home/ann, /home/ann-old and /home/ann.") == (
        "in ~, /home/(user)-old and ~."
    )


def test_who_has_no_home_can_report_it(
    home: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    def nobody(_id: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert "== Versions" in report.compose()


def test_a_full_disk_is_no_report_and_in_nobodys_way(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "compose", lambda: "text" * 10_000)
    with full_disk(10_000), pytest.raises(VcamError, match="cannot be written"):
        report.write(home / "mine.txt")
    assert report.write(home / "mine.txt").stat().st_size == 40_000


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
