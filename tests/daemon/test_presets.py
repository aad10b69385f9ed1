"""Presets in a running daemon, and on the disk."""

import sys
import tomllib
from pathlib import Path

import pytest

from tests.daemon_process import Running
from tests.program import vcam
from tests.waiting import until
from vcam.control import Client
from vcam.daemon import presets_file
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets, PresetsChange, Rule

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")

CALL = Presets(saved={"Call": {"blur": 80}}, rules=(Rule(preset="Call", program="zoom"),))
CHANGE = PresetsChange(save=CALL.saved, add=CALL.rules)


@pytest.mark.long
def test_the_program_that_reads_chooses_and_what_was_before_comes_back(daemon: Running) -> None:
    daemon.start(audio="visited")
    daemon.live()
    readers = daemon.runtime / "vcam" / "readers"
    with Client() as client:
        client.call("change_presets", **CHANGE.model_dump())
        client.call("set", blur=20)
        readers.write_text("firefox\nZoom Workplace\n")
        until(lambda: client.call("settings")["blur"] == 80)
        in_force = client.status().preset
        assert in_force is not None and "'Call'" in str(in_force) and "zoom" in str(in_force)
        client.call("set", feather=7)
        assert tomllib.loads(daemon.settings.read_text())["blur"] == 20
        readers.write_text("firefox\n")
        until(lambda: client.call("settings")["blur"] == 20)
        assert client.status().preset is None
        assert client.call("settings")["feather"] == 7


@pytest.mark.long
def test_what_was_changed_by_hand_outlives_a_crash_in_a_call(daemon: Running) -> None:
    first = daemon.start(audio="visited")
    daemon.live()
    readers = daemon.runtime / "vcam" / "readers"
    readers.write_text("Zoom Workplace\n")
    with Client() as client:
        client.call("change_presets", **CHANGE.model_dump())
        until(lambda: client.call("settings")["blur"] == 80)
        client.call("set", blur=70)
    first.kill()
    first.communicate()
    daemon.start(audio="visited")
    daemon.live()
    with Client() as client:
        assert client.call("settings")["blur"] == 70 and client.status().preset is not None
        readers.write_text("")
        until(lambda: client.call("settings")["blur"] == 60)


@pytest.mark.long
def test_they_are_kept_for_the_next_start(daemon: Running) -> None:
    first = daemon.start()
    daemon.live()
    with Client() as client:
        client.call("change_presets", **CHANGE.model_dump())
        assert vcam("preset", "save", "Travel", "fps").returncode == 0
        assert vcam("preset", "when", "Travel", "--program", "obs").returncode == 0
        assert vcam("preset", "when", "Travel", "--never").returncode == 0
        client.stop()
    first.wait(10)
    daemon.start()
    daemon.live()
    with Client() as client:
        kept = Presets.model_validate(client.call("presets"))
    assert kept == CALL.with_preset("Travel", {"fps": 30})


@pytest.mark.parametrize("text", ["saved = 3", "[saved.Call]\nblur = 400", "["])
def test_a_file_that_cannot_be_understood_is_kept_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_text(text)
    presets, trouble = presets_file.load(path)
    assert presets == Presets()
    assert trouble is not None and str(tmp_path / "presets.bad") in str(trouble)
    assert (tmp_path / "presets.bad").read_text() == text


def test_what_does_not_fit_leaves_all_else_in_force(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    text = """\
[saved.Call]
blur = 400
feather = 7
[saved.Stream]
background = "none"
[[rules]]
preset = "Call"
between = "25:00-7"
[[rules]]
preset = "Stream"
program = "obs"
"""
    path.write_text(text)
    presets, trouble = presets_file.load(path)
    assert presets == Presets(
        saved={"Call": {"feather": 7}, "Stream": {"background": "none"}},
        rules=(Rule(preset="Stream", program="obs"),),
    )
    assert trouble is not None and "blur" in str(trouble)
    assert path.read_text() == (tmp_path / "presets.bad").read_text() == text


def test_a_file_that_cannot_be_read_at_first_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    path.mkdir()
    presets, trouble = presets_file.load(path)
    assert presets == Presets() and trouble is not None and trouble.key == "presets.unreadable"
    mine = Presets(saved={"Stream": {"blur": 5}})
    with pytest.raises(VcamError, match="cannot be read"):
        presets_file.save_beside(mine, path)
    path.rmdir()
    presets_file.save(CALL, path)
    presets_file.save_beside(mine, path)
    assert presets_file.load(path)[0] == Presets(saved=CALL.saved | mine.saved, rules=CALL.rules)


def test_what_toml_cannot_carry_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(VcamError, match="could not be saved"):
        presets_file.save(Presets(saved={"Call": {"future": None}}), tmp_path / "presets.toml")
    assert [*tmp_path.iterdir()] == []
