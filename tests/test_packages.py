"""What the packages for Linux say of themselves is so."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[1] / "installer/packages"
sys.path.insert(0, str(PACKAGES))

import build  # noqa: E402
import licences  # noqa: E402
import tree  # noqa: E402

pytestmark = pytest.mark.skipif(
    not Path("/usr/share/common-licenses").is_dir(), reason="packages are made on Debian and Ubuntu"
)


def add_wheel(site: Path, name: str, *files: str) -> None:
    """An installed wheel of these files, with nothing in them but their names."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\nLicense-Expression: MIT\n")
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(file)
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def test_every_wheel_comes_with_its_licence_and_its_sources(tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "third-party"
    add_wheel(site, "plain", "plain-1.0.dist-info/licenses/LICENSE", "plain/code.py")
    add_wheel(site, "within", "within/COPYING.txt", "within/licences.py")
    add_wheel(site, "shiboken6", "shiboken6/shiboken.so")
    licences.write(folder, site, {})
    assert (folder / "plain-1.0.dist-info/licenses/LICENSE").is_file()
    assert (folder / "within/COPYING.txt").is_file()
    assert not (folder / "within/licences.py").exists()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (folder / "LGPL-3").read_text()
    sources = (folder / "SOURCES").read_text()
    assert "plain 1.0: MIT; https://pypi.org/project/plain/1.0/\n" in sources
    assert "shiboken6 1.0: LGPL-3.0-only" in sources and "download.qt.io" in sources


def test_a_wheel_without_a_licence_stops_the_build(tmp_path: Path) -> None:
    add_wheel(tmp_path / "site", "bare", "bare/code.py")
    with pytest.raises(SystemExit, match=r"bare 1\.0 brings no licence"):
        licences.write(tmp_path / "third-party", tmp_path / "site", {})


def test_a_library_that_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    site = tmp_path / "site"
    add_wheel(site, "av", "av-1.0.dist-info/LICENSE", "av.libs/libx264-d6533a8d.so.165")
    licences.write(tmp_path / "known", site, {})
    assert "av.libs/libx264-d6533a8d.so.165: GPL-2" in (tmp_path / "known/SOURCES").read_text()
    (site / "av.libs/libnew-d6533a8d.so.1").touch()
    with pytest.raises(SystemExit, match=r"libnew-d6533a8d\.so\.1, whose licence is not known"):
        licences.write(tmp_path / "unknown", site, {})


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian packages here")
def test_a_library_of_this_machine_comes_with_its_packages_copyright(tmp_path: Path) -> None:
    [library, *_] = Path("/usr/lib").glob("*-linux-gnu/libbz2.so.1.0")
    (tmp_path / "site").mkdir()
    licences.write(tmp_path / "third-party", tmp_path / "site", {"libbz2.so.1.0": library})
    assert "bzip2" in (tmp_path / "third-party/libbz2-1.0").read_text()
    assert "source package bzip2 1" in (tmp_path / "third-party/SOURCES").read_text()


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not here")
def test_the_c_library_that_is_asked_for_is_the_one_that_the_program_wants(tmp_path: Path) -> None:
    shutil.copy(Path(sys.executable).resolve(), tmp_path)
    major, minor = map(int, tree.glibc_wanted(tmp_path).split("."))
    here = tuple(map(int, platform.libc_ver()[1].split(".")))
    assert (2, 2) < (major, minor) <= here


def test_a_library_that_debian_13_has_renamed_is_not_missing(tmp_path: Path) -> None:
    programs = {
        "dpkg-query": "case $4 in libglib2.0-0) exit 1 ;; *) printf installed ;; esac",
        "apt-get": "exit 1",
    }
    for name, line in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    told = subprocess.run(
        [PACKAGES.parent / "system-packages", "run"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == ""


def test_zsh_finds_its_completions_on_each_system(tmp_path: Path) -> None:
    (tmp_path / "vendor-completions").mkdir()
    (tmp_path / "vendor-completions/_vcam").touch()
    places = []
    for kind in build.SYSTEMS:
        build.place_zsh(tmp_path, kind)
        places += [file.parent.name for file in tmp_path.glob("*/*")]
    assert places == ["vendor-completions", "site-functions", "site-functions"]


def test_software_centres_are_told_this_release_and_those_before_it() -> None:
    changelog = "## [1.2.0] – unreleased\n\n## [1.1.0] – 2026-11-21\n\n## [1.0.0] – 2026-11-20\n"
    told = build.releases("1.2.0.dev4+g0a1b2c3", changelog).splitlines()
    assert 'version="1.2.0~dev4+g0a1b2c3"' in told[1] and 'type="development"' in told[1]
    assert [line.split('"')[1] for line in told[2:-1]] == ["1.1.0", "1.0.0"]
    dated = changelog.replace("unreleased", "2026-12-01")
    assert build.releases("1.2.0", dated).splitlines()[1] == (
        '    <release version="1.2.0" date="2026-12-01"/>'
    )
