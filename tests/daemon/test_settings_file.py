"""Settings on the disk: nothing the user chose is lost, and every fault is one sentence."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from vcam.daemon import settings_file
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_saved_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    mine = Settings(camera="C920", blur=12, face=3, denoise=False)
    settings_file.save(mine, path)
    assert settings_file.load(path) == (mine, None)
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert settings_file.load(tmp_path / "none.toml") == (Settings(), None)


@pytest.mark.parametrize("content", [b"blur = = 3", b"\xff\xfe\x00garbage", b"[[[["])
def test_garbage_is_kept_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    found, told = settings_file.load(path)
    assert found == Settings()
    assert told is not None and str(tmp_path / "settings.bad") in str(told)
    assert (tmp_path / "settings.bad").read_bytes() == content
    assert settings_file.load(path) == (Settings(), None)


def test_one_wrong_value_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('camera = "C920"\nblur = 900\nbackground = "/gone.jpg"\nfuture = 1\n')
    found, told = settings_file.load(path)
    assert found == Settings(camera="C920", background="/gone.jpg")
    assert told is not None and "default is used for blur," in str(told)
    kept = tmp_path / "settings.bad"
    assert str(kept) in str(told) and kept.read_text() == path.read_text()
    settings_file.load(path)
    assert len([*tmp_path.iterdir()]) == 2


def test_no_file_that_was_kept_aside_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for content in ("blur = = 1", "blur = = 2", "blur = = 2"):
        path.write_text(content)
        settings_file.load(path)
    assert (tmp_path / "settings.bad").read_text() == "blur = = 1"
    assert (tmp_path / "settings.2.bad").read_text() == "blur = = 2"
    assert len([*tmp_path.iterdir()]) == 2


def test_who_only_looks_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for content in ("blur = = 3", "blur = 900"):
        path.write_text(content)
        assert settings_file.load(path, aside=False)[1] is not None
        assert path.read_text() == content and [*tmp_path.iterdir()] == [path]


def test_what_windows_editors_put_before_a_text_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("blur = 11\nfuture = 1\n", "utf-8-sig")
    assert settings_file.load(path) == (Settings(blur=11), None)
    settings_file.save(Settings(blur=12), path)
    assert "future = 1" in path.read_text()


def test_a_file_that_cannot_be_read_now_is_neither_moved_nor_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()  # a disk that fails is not to be had; this is no file that can be read either
    found, told = settings_file.load(path)
    assert found == Settings() and told is not None and told.key == "settings.unreadable"
    with pytest.raises(VcamError, match="could not be saved"):
        settings_file.save(Settings(blur=12), path)
    assert [*tmp_path.iterdir()] == [path]


def test_what_toml_cannot_carry_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    with pytest.raises(VcamError, match="could not be saved"):
        settings_file.save(Settings(camera="\udcff"), path)
    assert [*tmp_path.iterdir()] == []


def test_a_newly_chosen_background_must_be_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "beach.png"
    chosen = Settings(background=str(picture))
    with pytest.raises(VcamError, match="There is no picture"):
        settings_file.refuse_missing_picture(Settings(), chosen)
    with pytest.raises(VcamError, match="There is no picture"):
        settings_file.refuse_missing_picture(Settings(), Settings(background="/" + 300 * "long"))
    picture.write_bytes(PNG)
    settings_file.refuse_missing_picture(Settings(), chosen)
    picture.write_text("not a picture")
    with pytest.raises(VcamError, match="is neither a picture"):
        settings_file.refuse_missing_picture(Settings(), chosen)
    settings_file.refuse_missing_picture(chosen, chosen)
    settings_file.refuse_missing_picture(chosen, Settings(background="#1e5f3c"))


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    path, kept = tmp_path / "c" / "settings.toml", tmp_path / "dotfiles" / "vcam.toml"
    path.parent.mkdir()
    path.symlink_to(kept)
    settings_file.save(Settings(blur=11), path)
    assert path.is_symlink() and "blur = 11" in kept.read_text()
    settings_file.save(Settings(blur=12), path)
    assert path.is_symlink() and settings_file.load(kept) == (Settings(blur=12), None)
    assert [p.name for p in kept.parent.iterdir()] == ["vcam.toml"]
    kept.write_text("blur = = 3")
    assert settings_file.load(path)[1] is not None and path.is_symlink()
    assert (kept.parent / "vcam.bad").read_text() == "blur = = 3"


def test_what_a_newer_version_knows_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('blur = 11\nfuture = 1\n[more]\nname = "x"\n')
    assert settings_file.load(path) == (Settings(blur=11), None)
    settings_file.save(Settings(blur=12), path)
    assert tomllib.loads(path.read_text())["blur"] == 12
    assert tomllib.loads(path.read_text())["more"] == {"name": "x"}
    assert "future = 1" in path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_keeps_the_old_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings_file.save(Settings(blur=11), path)
    code = """
import resource, sys
from pathlib import Path
from vcam.daemon import settings_file
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    settings_file.save(Settings(blur=99), Path(sys.argv[1]))
except VcamError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    ).stdout
    assert "could not be saved" in told and "not kept for the next start" in told
    assert settings_file.load(path) == (Settings(blur=11), None)
    assert [p.name for p in tmp_path.iterdir()] == ["settings.toml"]


def test_no_start_records_by_itself(tmp_path: Path) -> None:
    settings_file.save(Settings(record=True, blur=10), tmp_path / "s.toml")
    assert "record" not in (tmp_path / "s.toml").read_text()
    (tmp_path / "s.toml").write_text("record = true\nblur = 10\n")
    assert settings_file.load(tmp_path / "s.toml") == (Settings(blur=10), None)
