"""The camera of v4l2loopback as its readers see it, in a virtual machine that can load modules."""

from __future__ import annotations

import ast
import sys
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

from tests.devices.guest import guest

INSIDE = Path("tests/devices/guest/inside_camera.py")


def _names() -> list[str]:
    nodes = ast.parse((guest.ROOT / INSIDE).read_text()).body
    return [n.name for n in nodes if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Xml.Element]]:
    """What the guest reports of each test: nothing when it passed."""
    if why := guest.obstacle():
        pytest.skip(why)
    shared = tmp_path_factory.mktemp("guest")
    printed = guest.run(_SCRIPT, shared, seconds=guest.PATIENCE)
    found = {}
    for case in Xml.parse(shared / "results.xml").iter("testcase"):
        found[case.attrib["name"]] = list(case)
    print(printed)
    return found


_SCRIPT = f"""\
modprobe v4l2loopback && modprobe vivid n_devs=1 node_types=0x1 vid_cap_nr=20 || exit 1
cd "{guest.ROOT}"
export PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
"{sys.executable}" -m pytest -v -s -p no:cacheprovider \\
  --basetemp=/run/tests --override-ini=addopts= --junitxml=/run/host/results.xml {INSIDE}
code=$?
[ $code -le 1 ] # 1: some tests failed, which the results say better
"""


@pytest.mark.parametrize("name", _names())
def test_in_the_guest(results: dict[str, list[Xml.Element]], name: str) -> None:
    assert name in results, f"it did not run; {sorted(results)} did"
    for outcome in results[name]:
        said = outcome.text or outcome.attrib.get("message", outcome.tag)
        (pytest.skip if outcome.tag == "skipped" else pytest.fail)(said)
