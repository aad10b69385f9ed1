"""A network is opened only when it is the one that was published."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vcam.networks import models
from vcam.schema.errors import VcamError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the manifest and one network, to be spoilt."""
    shutil.copy(models.models_dir() / models.MANIFEST, tmp_path)
    shutil.copy(models.list_models()["denoise"].path, tmp_path)
    return tmp_path


def test_every_shipped_network_is_intact_and_opens() -> None:
    for name, info in models.list_models().items():
        assert info.intact, name
        assert models.open_model(name).provider in models.wanted_providers()


def test_a_changed_file_is_refused(copy: Path) -> None:
    file = copy / "denoise.onnx"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(VcamError, match="SHA-256"):
        models.open_model("denoise", root=copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "denoise.onnx").unlink()
    with pytest.raises(VcamError, match=r"denoise\.onnx is missing"):
        models.open_model("denoise", root=copy)


def test_what_onnx_runtime_does_not_take_is_one_sentence(copy: Path) -> None:
    (copy / "denoise.onnx").write_bytes(b"no network")
    manifest = copy / models.MANIFEST
    known = models.list_models(copy)["denoise"].sha256
    altered = hashlib.sha256(b"no network").hexdigest()
    manifest.write_text(manifest.read_text("utf-8").replace(known, altered), "utf-8")
    with pytest.raises(VcamError, match=r"denoise\.onnx cannot be opened"):
        models.open_model("denoise", root=copy)


def test_an_unknown_name_lists_the_known_ones(copy: Path) -> None:
    with pytest.raises(VcamError, match="denoise"):
        models.open_model("nosuch", root=copy)


@pytest.mark.parametrize("text", ["", "not toml [", "[denoise]\nfile = 'denoise.onnx'\n"])
def test_a_broken_manifest_is_one_sentence(copy: Path, text: str) -> None:
    (copy / models.MANIFEST).write_text(text)
    with pytest.raises(VcamError):
        models.open_model("denoise", root=copy)


def test_opening_a_network_leaves_no_id_and_reports_nothing(tmp_path: Path) -> None:
    code = "from vcam.networks import models; models.open_model('gate')"
    home = {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], env=home, check=True)
    assert list(tmp_path.iterdir()) == []
