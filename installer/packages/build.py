"""Makes the packages for Linux in `dist/`: .deb, .rpm, Arch and a tar.xz that runs anywhere.

`make packages` runs this in an environment with `requirements.txt`. Words given are the kinds to
make, of deb, rpm, archlinux, portable; all of them without. With `cuda` each of the first three has
a vcam-cuda beside it, which brings the ONNX Runtime that computes on NVIDIA's cards.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import licences
import tree

HERE = Path(__file__).resolve().parent
FILES = HERE / "files"
BUILD = tree.ROOT / "build" / "packages"
DIST = tree.ROOT / "dist"

SYSTEMS = ("deb", "rpm", "archlinux")
KINDS = (*SYSTEMS, "portable", "cuda")
_XZ = ("xz", "--threads=0")  # XZ_DEFAULTS=-0 makes larger packages soon
_MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}

_PLACES = {
    "vcam.desktop": "share/applications",
    "io.github.vcam.vcam.metainfo.xml": "share/metainfo",
    "vcam.policy": "share/polkit-1/actions",
    "vcam.service": "lib/systemd/user",
    "00-vcam.conf": "lib/modprobe.d",  # of all names the first: what an administrator says counts
    "copyright": "share/doc/vcam",
    "lintian-overrides": "share/lintian/overrides",
}
_NAMES = {"lintian-overrides": "vcam"}


def main(kinds: list[str]) -> None:
    shutil.rmtree(BUILD, ignore_errors=True)
    DIST.mkdir(exist_ok=True)
    usr = BUILD / "vcam" / "usr"
    program = usr / "lib" / "vcam"
    brought = tree.make(program)
    version = tree.version_in(program)
    others = usr / "share/doc/vcam/third-party"
    licences.write(others, program / tree.SITE, brought, Path(sysconfig.get_path("stdlib")))
    _add_desktop(usr, version)
    glibc = tree.glibc_wanted(program)
    made = [_package(kind, version, "vcam", glibc) for kind in SYSTEMS if kind in kinds]
    if "portable" in kinds:
        made.append(_portable(usr, version))
    if "cuda" in kinds:
        _make_cuda(BUILD / "vcam-cuda" / "usr")
        made += [_package(kind, version, "vcam-cuda", glibc) for kind in SYSTEMS if kind in kinds]
    for file in made:
        print(f"{file.relative_to(tree.ROOT)}: {file.stat().st_size / 1e6:.0f} MB")


def system_version(version: str) -> str:
    """A version as packages order it: one under development comes before the released one.

    >>> system_version("1.3.0.dev4+g0a1b2c3"), system_version("1.3.0rc1"), system_version("1.3.0")
    ('1.3.0~dev4+g0a1b2c3', '1.3.0~rc1', '1.3.0')
    """
    return re.sub(r"\.?(dev|rc|a|b)(?=\d)", r"~\1", version, count=1)


def place_zsh(zsh: Path, kind: str) -> None:
    """Moves zsh's completions to where the kind's systems look for them."""
    [file] = zsh.glob("*/_vcam")
    target = zsh / ("vendor-completions" if kind == "deb" else "site-functions")
    target.mkdir(exist_ok=True)
    target.chmod(0o755)
    file.rename(target / file.name)
    if file.parent != target:
        file.parent.rmdir()


def releases(version: str, changelog: str) -> str:
    """The metainfo's `<releases>`: those that the changelog dates, and before them, as of today, a
    version that it does not."""
    dated = re.findall(r"^## \[(.+)\] – (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)
    lines = [f'    <release version="{told}" date="{date}"/>' for told, date in dated]
    if version not in dict(dated):
        told, today = system_version(version), datetime.now(UTC).date()
        lines.insert(0, f'    <release version="{told}" date="{today}" type="development"/>')
    return "\n".join(["<releases>", *lines, "  </releases>"])


def _add_desktop(usr: Path, version: str) -> None:
    """What a desktop looks for outside the tree; what the program knows is asked of it."""
    for name, place in _PLACES.items():
        (usr / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(FILES / name, usr / place / _NAMES.get(name, name))
    changelog = (tree.ROOT / "CHANGELOG.md").read_text("utf-8")
    documents = usr / "share/doc/vcam"
    (documents / "changelog.gz").write_bytes(gzip.compress(changelog.encode(), mtime=0))
    [metainfo] = (usr / "share/metainfo").iterdir()
    told = metainfo.read_text("utf-8").replace("<releases/>", releases(version, changelog))
    metainfo.write_text(told, "utf-8")
    (usr / "bin").mkdir()
    (usr / "bin/vcam").symlink_to("../lib/vcam/bin/vcam")
    subprocess.run(
        [usr / "lib/vcam/bin/python3", HERE / "desktop.py", usr / "share"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=True,
    )
    _set_modes(usr)


def _make_cuda(usr: Path) -> None:
    tree.make_cuda(usr / "lib/vcam")
    documents = usr / "share/doc/vcam-cuda"
    overrides = usr / "share/lintian/overrides"
    licences.write(documents / "third-party", usr / "lib/vcam" / tree.CUDA, {})
    overrides.mkdir(parents=True)
    shutil.copy(FILES / "copyright", documents)
    shutil.copy(BUILD / "vcam/usr/share/doc/vcam/changelog.gz", documents)
    told = (FILES / "lintian-overrides").read_text("utf-8")
    (overrides / "vcam-cuda").write_text(told.replace("vcam:", "vcam-cuda:"), "utf-8")
    _set_modes(usr)


def _set_modes(usr: Path) -> None:
    """Libraries are not programs, and this machine's umask is its own."""
    for path in usr.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def _package(kind: str, version: str, name: str, glibc: str) -> Path:
    if name == "vcam":
        place_zsh(BUILD / "vcam/usr/share/zsh", kind)
    if kind == "rpm":
        return _rpm(version, name, glibc)
    machine = os.uname().machine
    told = system_version(version)
    env = os.environ | {
        "VERSION": told.replace("~", "") if kind == "archlinux" else told,  # as pacman orders it
        "ARCH": _MACHINE.get(machine, machine),
        "GLIBC": glibc,
        "ROOT": str(BUILD / name),
    }
    done = subprocess.run(
        [tree.TOOLS / "nfpm", "package", "--config", HERE / f"{name}.yaml",
         "--packager", kind, "--target", DIST],
        cwd=tree.ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    package = Path(re.findall(r"created package: (.+)", done.stdout)[0])
    return _compress_deb(package) if kind == "deb" else _compress_arch(package)


def _compress_deb(package: Path) -> Path:
    """Of the program's tree xz makes three quarters of what nfpm's own compression does."""
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        subprocess.run(["ar", "x", package], cwd=folder, check=True)
        subprocess.run([*_XZ, "data.tar"], cwd=folder, check=True)
        package.unlink()
        # In this order: dpkg reads it so.
        members = ("debian-binary", "control.tar.gz", "data.tar.xz")
        subprocess.run(["ar", "rc", package, *members], cwd=folder, check=True)
    return package


def _compress_arch(package: Path) -> Path:
    """Likewise; pacman takes both, and tells them by what is in them."""
    made = package.with_suffix(".xz")
    with made.open("wb") as file:
        with subprocess.Popen(["zstd", "-dc", package], stdout=subprocess.PIPE) as plain:
            subprocess.run(_XZ, stdin=plain.stdout, stdout=file, check=True)
    package.unlink()
    return made


def _rpm(version: str, name: str, glibc: str) -> Path:
    """By rpm's own program: nfpm's would be a fifth larger."""
    root, build = BUILD / name, BUILD / "rpm"
    ours = [root / "usr/lib/vcam" / (tree.CUDA if name == "vcam-cuda" else "")]
    ours.append(root / "usr/share/doc" / name)
    others = (
        path
        for path in root.rglob("*")
        if not path.is_dir() and not any(path.is_relative_to(folder) for folder in ours)
    )
    listed = BUILD / f"{name}.files"
    listed.write_text("".join(f"/{path.relative_to(root)}\n" for path in (*ours, *others)))
    told = {
        "_topdir": build,
        "_rpmdir": build,
        "_rpmfilename": "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm",
        "pack": name,
        "pack_version": system_version(version),
        "glibc": glibc,
        "tree": root,
        "list": listed,
        "scripts": FILES,
    }
    defined = (word for key, value in told.items() for word in ("--define", f"{key} {value}"))
    subprocess.run(
        ["rpmbuild", "--quiet", "-bb", *defined, "--buildroot", build / "root", HERE / "vcam.spec"],
        check=True,
    )
    [made] = build.glob("*.rpm")
    shutil.move(made, DIST / made.name)
    shutil.rmtree(build)
    return DIST / made.name


def _portable(usr: Path, version: str) -> Path:
    """The tree with `vcam` beside it; what only a system has a place for stays out."""
    name = f"vcam-{version}-linux-{os.uname().machine}"
    target = DIST / f"{name}.tar.xz"

    def owned(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    with (
        target.open("wb") as file,
        subprocess.Popen(_XZ, stdin=subprocess.PIPE, stdout=file) as xz,
        tarfile.open(fileobj=xz.stdin, mode="w|") as archive,
    ):
        archive.add(usr / "lib/vcam", name, filter=owned)
        for folder in ("man", "bash-completion", "icons"):
            archive.add(usr / "share" / folder, f"{name}/share/{folder}", filter=owned)
        archive.add(tree.ROOT / "LICENSE", f"{name}/LICENSE", filter=owned)
        for document in ("copyright", "third-party"):
            archive.add(usr / "share/doc/vcam" / document, f"{name}/{document}", filter=owned)
        link = tarfile.TarInfo(f"{name}/vcam")
        link.type, link.linkname, link.mode = tarfile.SYMTYPE, "bin/vcam", 0o777
        archive.addfile(link)
    if xz.returncode != 0:
        raise SystemExit(f"packages: xz could not write {target}")
    return target


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(KINDS):
        sys.exit(f"packages: there is no kind {unknown.pop()}; there are {', '.join(KINDS)}")
    everywhere = [kind for kind in KINDS if kind != "cuda" or os.uname().machine == "x86_64"]
    main(sys.argv[1:] or everywhere)
