"""What a running daemon does for its clients: settings, delays, previews and the page."""

import base64
import json
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.daemon_process import Running, at_home
from tests.waiting import until
from vcam.control import Client
from vcam.daemon import recorder
from vcam.daemon.daemon import Daemon, DaemonOptions
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings
from vcam.schema.status import Status

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("one"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        at_home(running.home, monkeypatch)
        running.start()
        running.live()
    yield running
    running.end()


@pytest.fixture
def shared(one_for_all: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A daemon that several tests use one after the other, for the sake of their time."""
    at_home(one_for_all.home, monkeypatch)
    with Client() as client:
        client.call("set", **Settings().model_dump())
    return one_for_all


def test_settings_change_live_are_saved_and_reach_the_workers(shared: Running) -> None:
    until(lambda: shared.status().video.effect == "blur")
    with Client() as client:
        answer = client.call("set", background="none", blur="25")
        assert answer["unsaved"] is None
        new = answer["settings"]
        assert (new["background"], new["blur"]) == ("none", 25)
        assert client.call("settings") == new
        until(lambda: client.status().video.effect == "none")
        with pytest.raises(VcamError, match="There is no setting 'blurr'"):
            client.call("set", blurr=1)
        with pytest.raises(VcamError, match="blur"):
            client.call("set", background="blur", blur=1000)
        assert client.call("settings") == new
    assert 'background = "none"' in shared.settings.read_text()


@pytest.mark.long
def test_what_cannot_be_saved_is_in_force_all_the_same(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (0, 0))
    with Client() as client:
        answer = client.call("set", background="none", pause=True)
        assert answer["settings"]["pause"] and answer["unsaved"]["key"] == "settings.not_saved"
        until(lambda: client.status().video.effect == "none")
        assert str(client.status().hints[0]) == answer["unsaved"]["text"]
    assert not daemon.settings.exists()


def test_a_disk_that_hangs_holds_up_no_call(daemon: Running) -> None:
    daemon.settings.parent.mkdir(parents=True)
    daemon.start()
    daemon.live()
    os.mkfifo(daemon.settings)  # whoever reads it waits
    with Client() as slow, Client() as client:
        request = {"jsonrpc": "2.0", "id": 1, "method": "set", "params": {"blur": 30, "mute": True}}
        slow._socket.sendall(json.dumps(request).encode() + b"\n")
        until(lambda: client.status().audio.level_out_db == -120)
        until(lambda: client.call("settings")["blur"] == 30)
        client.call("hold", key="talk")
        until(lambda: client.status().audio.level_out_db == -20)
        client.call("hold", key=None)
        until(lambda: client.status().audio.level_out_db == -120)
        daemon.settings.write_text("")  # it reads on
        assert json.loads(slow._lines.readline())["result"]["settings"]["blur"] == 30
    until(daemon.settings.is_file)
    until(lambda: "blur = 30" in daemon.settings.read_text())


@contextmanager
def waiting_for_its_disk(
    daemon: Running, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Client, threading.Event]]:
    """A client that has asked for a recording, and what lets the disk answer. The daemon ends with
    the context."""
    answers, folder = threading.Event(), recorder.recordings_folder

    def slow() -> Path:
        answers.wait()
        return folder()

    monkeypatch.setattr(recorder, "recordings_folder", slow)
    options = DaemonOptions(video="tests.fake_workers:video", audio="tests.fake_workers:audio")
    here = Daemon(options)
    thread = threading.Thread(target=here.run)
    thread.start()
    try:
        daemon.live()
        with Client() as client:
            request = {"jsonrpc": "2.0", "id": 1, "method": "set", "params": {"record": True}}
            client._socket.sendall(json.dumps(request).encode() + b"\n")
            until(lambda: any(one.name == "aside" for one in threading.enumerate()))
            yield client, answers
    finally:
        here.stop()
        thread.join()
        answers.set()
        until(lambda: all(one.name != "aside" for one in threading.enumerate()))


def test_a_disk_that_hangs_when_a_recording_begins_holds_up_no_call(
    daemon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    (daemon.home / "videos").write_text("not a folder")
    with waiting_for_its_disk(daemon, monkeypatch) as (slow_one, answers), Client() as client:
        client.call("set", mute=True)
        until(lambda: client.status().audio.level_out_db == -120)
        assert client.status().record.state == "off"
        answers.set()
        told = json.loads(slow_one._lines.readline())["error"]["message"]
        assert "Recordings cannot be written" in told


def test_a_recording_that_is_called_off_before_its_disk_answers_does_not_begin(
    daemon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    with waiting_for_its_disk(daemon, monkeypatch) as (slow_one, answers), Client() as client:
        client.call("set", record=False)
        answers.set()
        answer = json.loads(slow_one._lines.readline())["result"]["settings"]
        assert answer["record"] is False and client.status().record.state == "off"
        until(lambda: not list((daemon.home / "videos").rglob("*.mp4")), why="nothing is left")


def test_the_end_leaves_no_file_of_a_recording_that_never_began(
    daemon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    with waiting_for_its_disk(daemon, monkeypatch):
        pass
    assert list((daemon.home / "videos").rglob("*.mp4")) == []


def test_pause_bypass_mute_and_away_are_never_refused(daemon: Running) -> None:
    """Not with a background that has gone, nor beside a change that is refused."""
    picture = daemon.home / "beach.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    daemon.start()
    daemon.live()
    with Client() as client:
        client.call("set", background=str(picture))
        picture.unlink()
        assert client.call("set", pause="toggle")["settings"]["pause"]
        assert client.call("set", mute="toggle")["settings"]["mute"]
        refused: list[dict[str, Any]] = [
            {"background": "/no/such.png"},
            {"blurr": 1},
            {"blur": 1000},
            {"blur": None},
            {"pause": "x"},
        ]
        for wrong in refused:
            client.call("set", bypass=False, mute=False, away=False)
            with pytest.raises(VcamError):
                client.call("set", bypass=True, mute=True, away=True, **wrong)
            now = client.call("settings")
            assert now["bypass"] and now["mute"] and now["away"]
        (daemon.home / "videos").write_text("not a folder")
        with pytest.raises(VcamError, match="Recordings cannot be written"):
            client.call("set", record=True, pause=False)
        assert not client.call("settings")["pause"]


@pytest.mark.long
def test_a_key_that_is_held_counts_as_long_as_that_is_said(shared: Running) -> None:
    """Who holds it may die: nobody is left with an open microphone."""

    def heard(level: float, held: str | None) -> bool:
        status = client.status()
        return status.audio.level_out_db == level and status.held == held

    with Client() as client:
        client.call("set", mute=True)
        until(lambda: heard(-120, None))
        client.call("hold", key="talk")
        until(lambda: heard(-20, "talk"))
        until(lambda: heard(-120, None))
        assert client.call("set", mute=False, away=True)["settings"]["mute"] is False
        client.call("hold", key="talk")
        until(lambda: heard(-20, "talk"))
        client.call("set", away=False)
        client.call("hold", key="cough")
        until(lambda: heard(-120, "cough"))
        client.call("hold", key=None)
        until(lambda: heard(-20, None))
        with pytest.raises(VcamError, match="key"):
            client.call("hold", key="shout")


def test_a_broken_settings_file_is_told_in_the_hints(daemon: Running) -> None:
    daemon.settings.parent.mkdir(parents=True)
    daemon.settings.write_text("blur = = 3")
    daemon.start()
    hints = daemon.live().hints
    assert any("settings.bad" in str(hint) for hint in hints)
    with Client() as client:
        client.call("set", blur=30)
        assert not any("settings.bad" in str(hint) for hint in client.status().hints)


def delayed(client: Client, by: int) -> bool:
    """Both loops were told of a delay; the fake picture loop counts its as dropped frames."""
    status = client.status()
    return status.audio.delay_ms == pytest.approx(by) and status.video.dropped == by


def test_sound_and_picture_are_told_of_one_anothers_delay(shared: Running) -> None:
    with Client() as client:
        for blur in (45, 90):
            client.call("set", blur=blur)
            until(partial(delayed, client, blur))
            assert client.status().audio.reader_present


def test_without_a_picture_the_sound_does_not_wait(daemon: Running) -> None:
    daemon.start(video="returns")
    until(daemon.answers)
    now = until(lambda: (s := daemon.status()).audio.state == "live" and s)
    assert not now.audio.reader_present
    assert now.audio.delay_ms == 0


def test_a_demo_in_place_of_a_missing_camera_delays_no_sound(daemon: Running) -> None:
    daemon.start(video="stand_in")
    now = daemon.live()
    assert now.video.delay_ms > 0
    until(lambda: daemon.status().audio.state == "live")
    assert not daemon.status().audio.reader_present and daemon.status().audio.delay_ms == 0


def test_the_preview_comes_while_it_is_asked_for(shared: Running) -> None:
    with Client() as client:
        first = client.call("preview")
        assert base64.b64decode(first["before"]) == b"raw"
        assert base64.b64decode(first["after"]).startswith(b"jpeg ")
        second = client.call("preview", after=first["sequence"])
        assert second["sequence"] > first["sequence"]
        assert second["time"] > first["time"]
        unseen = second["sequence"] + 1000
        assert client.call("preview", after=0, wait_s=0)["sequence"] < unseen


# The preview page


def fetch(url: str, host: str | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_page_shows_picture_and_status_to_who_knows_its_address(shared: Running) -> None:
    now = shared.live()
    url = until(lambda: shared.status().preview)
    assert any(url in str(hint) for hint in shared.status().hints)
    assert url.startswith("http://127.0.0.1:")
    code, page = fetch(url)
    assert code == 200 and b"<title>Enhanced Camera</title>" in page
    code, body = fetch(url + "status")
    assert Status.model_validate_json(body).video.provider == now.video.provider
    with urllib.request.urlopen(url + "picture", timeout=5) as stream:
        text = stream.read(400)
    assert text.count(b"--vcam-picture") >= 2
    assert b"jpeg " in text and b"raw" not in text
    assert fetch(url + "other")[0] == 404


def test_the_page_refuses_strangers(shared: Running) -> None:
    url = until(lambda: shared.status().preview)
    root = url.rsplit("/", 2)[0]
    port = root.rsplit(":", 1)[1]
    assert fetch(root + "/")[0] == 403
    assert fetch(root + "/guess/status")[0] == 403
    assert fetch(url, host=f"evil.example:{port}")[0] == 403
    assert fetch(url, host=f"localhost:{port}")[0] == 200
    for garbage in (b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"x" * 20_000):
        with socket.create_connection(("127.0.0.1", int(port)), 5) as connection:
            connection.sendall(garbage)
            try:
                assert b"200 OK" not in connection.recv(1000)
            except ConnectionError:
                pass
    assert fetch(url)[0] == 200
