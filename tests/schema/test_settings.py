"""Settings: nothing the user chose is lost, and every fault is told in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from vcam.schema import settings
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_saved_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    mine = Settings(camera="C920", blur=12, face=3, denoise=False)
    settings.save(mine, path)
    assert settings.load(path) == (mine, None)
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.toml") == (Settings(), None)


@pytest.mark.parametrize("content", [b"blur = = 3", b"\xff\xfe\x00garbage", b"[[[["])
def test_garbage_is_kept_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    found, told = settings.load(path)
    assert found == Settings()
    assert told is not None and str(tmp_path / "settings.bad") in told and "\n" not in told
    assert (tmp_path / "settings.bad").read_bytes() == content
    assert settings.load(path) == (Settings(), None)


def test_one_wrong_value_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('camera = "C920"\nblur = 900\nbackground = "/gone.jpg"\nfuture = 1\n')
    found, told = settings.load(path)
    assert found == Settings(camera="C920")
    assert told is not None and "background, blur, future" in told
    assert path.exists()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("blur", "40", 40),
        ("denoise", "false", False),
        ("pause", "on", True),
        ("face", "2", 2),
        ("face", "auto", "auto"),
        ("camera", "0", "0"),
        ("camera", 0, "0"),
        ("background", "none", "none"),
    ],
)
def test_a_value_may_be_text(key: str, text: object, value: object) -> None:
    assert getattr(settings.changed(Settings(), {key: text}), key) == value


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"blurr": 3}, "There is no setting 'blurr'; known are: camera"),
        ({"blur": 101}, "blur"),
        ({"blur": "much"}, "blur"),
        ({"width": 641}, "width"),
        ({"denoise": "perhaps"}, "denoise"),
        ({"lips": "always"}, "lips"),
        ({"background": "/no/such.png"}, "/no/such.png"),
        ({"camera": ["a"]}, "camera"),
    ],
)
def test_a_wrong_change_is_one_sentence(changes: dict[str, object], told: str) -> None:
    with pytest.raises(VcamError, match=told) as error:
        settings.changed(Settings(), changes)
    assert "\n" not in str(error.value)


def test_a_background_must_be_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "beach.png"
    picture.write_bytes(PNG)
    assert settings.changed(Settings(), {"background": str(picture)}).background == str(picture)
    picture.write_text("not a picture")
    with pytest.raises(VcamError, match="is not a picture"):
        settings.changed(Settings(), {"background": str(picture)})
    with pytest.raises(VcamError, match="nor the path of a picture"):
        settings.changed(Settings(), {"background": str(tmp_path)})


def test_a_background_may_be_a_colour() -> None:
    found = settings.changed(Settings(), {"background": "#1E5F3c"})
    assert found.background == "#1e5f3c"
    assert found.colour == (0x3C, 0x5F, 0x1E)
    assert Settings().colour is None
    with pytest.raises(VcamError, match="a colour like #1e5f3c"):
        settings.changed(Settings(), {"background": "#12345"})


def test_assignments_are_taken_apart() -> None:
    parsed = settings.parse_assignments(["blur=40", "background=/a=b.png"])
    assert parsed == {"blur": "40", "background": "/a=b.png"}
    with pytest.raises(VcamError, match="'blur' is not KEY=VALUE"):
        settings.parse_assignments(["blur"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_keeps_the_old_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings.save(Settings(blur=11), path)
    code = """
import resource, sys
from pathlib import Path
from vcam.schema import settings
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    settings.save(settings.Settings(blur=99), Path(sys.argv[1]))
except settings.VcamError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    ).stdout
    assert "could not be saved" in told and "the old ones are kept" in told
    assert settings.load(path) == (Settings(blur=11), None)
    assert [p.name for p in tmp_path.iterdir()] == ["settings.toml"]


def test_toggle_turns_what_is_on_or_off(tmp_path: Path) -> None:
    turned = settings.changed(Settings(), {"bypass": "toggle", "denoise": "toggle"})
    assert turned.bypass and not turned.denoise
    with pytest.raises(VcamError, match="blur"):
        settings.changed(Settings(), {"blur": "toggle"})


def test_no_start_records_by_itself(tmp_path: Path) -> None:
    settings.save(Settings(record=True, blur=10), tmp_path / "s.toml")
    assert "record" not in (tmp_path / "s.toml").read_text()
    (tmp_path / "s.toml").write_text("record = true\nblur = 10\n")
    assert settings.load(tmp_path / "s.toml") == (Settings(blur=10), None)
