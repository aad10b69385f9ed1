"""The pages name what is there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for folder in (".", "docs", "models_onnx", "vcam/assets", "tests/data")
    for page in (ROOT / folder).glob("*.md")
    if page.name != "CHANGELOG.md"  # it speaks of what was
)
_ROOMS = "vcam|ui|tests|export|docs|installer|models_onnx"
_PATH = re.compile(rf"(?<![\w./-])(?:{_ROOMS})/[\w./*-]*[\w*/]")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
_FROM_PYPI = re.compile(r"\bpip3? install (?!-e|--editable)[^`\n]*?\bvcam(?![\w./-])")
_MODULE = re.compile(r"\bpython -m ((?:vcam|export)(?:\.\w+)+)")


def named(page: Path) -> Iterator[str]:
    """Paths in the repository, as patterns."""
    text = page.read_text("utf-8")
    yield from _PATH.findall(text)
    yield from (f"{module.replace('.', '/')}.py" for module in _MODULE.findall(text))
    folder = page.parent.relative_to(ROOT)
    yield from (str(folder / link) for link in _LINK.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    missing = {
        path for path in named(page) if "NAME" not in path and not any(ROOT.glob(path.rstrip("/")))
    }
    assert not missing


def test_nobody_is_told_to_install_the_program_of_that_name_on_pypi() -> None:
    found = subprocess.run(
        ["git", "grep", "-In", "pip3* install"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode != 0:
        pytest.skip("this copy is no clone")
    assert not [line for line in found.stdout.splitlines() if _FROM_PYPI.search(line)]
