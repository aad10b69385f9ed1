"""The licences of what the packages bring, and where its sources are, as a folder of documents.

What a wheel or a Debian package says of itself is taken as it stands, the tables say the rest, and
what is in neither stops the build: nothing is passed on without its licence.
"""

from __future__ import annotations

import csv
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

_COMMON = Path("/usr/share/common-licenses")
_OWN = Path(__file__).resolve().parent / "files/licences"

_TEXT = re.compile(r"(licen[cs]e|copying|notice|thirdpartynotices)\b[^/]*(?<!\.py)", re.IGNORECASE)
_HASHED = re.compile(r"lib(.+?)(-[0-9a-f]{8})*\.(\d[\d.]*\.)?so[\d.]*")


@dataclass(frozen=True)
class Known:
    """`texts` are names of files of /usr/share/common-licenses or of files/licences."""

    licence: str
    texts: tuple[str, ...]
    sources: str


_QT = Known(
    "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only; in it FFmpeg (LGPL-2.1-or-later) and ICU "
    "(Unicode)",
    ("LGPL-3", "GPL-2", "GPL-3", "LGPL-2.1", "icu"),
    "https://download.qt.io/official_releases/QtForPython/pyside6/ and "
    "https://download.qt.io/official_releases/qt/, both of this version; "
    "https://ffmpeg.org/releases/; https://github.com/unicode-org/icu/releases",
)
WHEELS = {
    "ctranslate2": Known(
        "MIT; in it oneDNN (Apache-2.0) and oneMKL (Intel Simplified Software License)",
        ("ctranslate2", "Apache-2.0"),
        "https://github.com/OpenNMT/CTranslate2, https://github.com/uxlfoundation/oneDNN; "
        "of oneMKL there are none",
    ),
    "flatbuffers": Known("Apache-2.0", ("Apache-2.0",), "https://github.com/google/flatbuffers"),
    "pyside6_addons": _QT,
    "pyside6_essentials": _QT,
    "shiboken6": _QT,
    "tokenizers": Known("Apache-2.0", ("Apache-2.0",), "https://github.com/huggingface/tokenizers"),
}
"""Wheels without a text of their licence."""

_VIDEOLAN = "https://code.videolan.org/videolan"
_GNU = "https://ftp.gnu.org/gnu"
_LGPL_OR_GPL = ("LGPL-3", "GPL-2", "GPL-3")
_FFMPEG = Known(
    "LGPL-3.0-or-later; with x264 and x265, which it loads, GPL-3.0-or-later",
    ("GPL-3", "GPL-2", "LGPL-2.1"),
    "https://ffmpeg.org/releases/, as https://github.com/PyAV-Org/pyav-ffmpeg builds it and all "
    "that it uses",
)
_AMR = Known("Apache-2.0", ("Apache-2.0",), "https://sourceforge.net/projects/opencore-amr/")
_NETTLE = Known("LGPL-3.0-or-later OR GPL-2.0-or-later", _LGPL_OR_GPL, f"{_GNU}/nettle/")
_WEBP = Known("BSD-3-Clause", ("webp",), "https://chromium.googlesource.com/webm/libwebp")
_XCB = Known("MIT", ("xcb",), "https://www.x.org/releases/individual/lib/")
_GCC = Known("GPL-3.0-or-later WITH GCC-exception-3.1", ("GPL-3",), f"{_GNU}/gcc/")
_BLAS = Known(
    "BSD-3-Clause, whose text is in numpy's", (), "https://github.com/OpenMathLib/OpenBLAS"
)
LIBRARIES = {
    "SvtAv1Enc": Known(
        "BSD-3-Clause-Clear", ("svtav1",), "https://gitlab.com/AOMediaCodec/SVT-AV1"
    ),
    "Xau": Known("MIT-open-group", ("xau",), "https://www.x.org/releases/individual/lib/"),
    "aom": Known("BSD-2-Clause", ("aom",), "https://aomedia.googlesource.com/aom"),
    "asound": Known("LGPL-2.1-or-later", ("LGPL-2.1",), "https://www.alsa-project.org/files/pub/"),
    **dict.fromkeys(
        ("avcodec", "avdevice", "avfilter", "avformat", "avutil", "swresample", "swscale"), _FFMPEG
    ),
    "avif": Known("BSD-2-Clause", ("avif",), "https://github.com/AOMediaCodec/libavif"),
    "ctranslate2": WHEELS["ctranslate2"],
    "dav1d": Known("BSD-2-Clause", ("dav1d",), f"{_VIDEOLAN}/dav1d"),
    "drm": Known("MIT", ("drm",), "https://dri.freedesktop.org/libdrm/"),
    "gfortran": _GCC,
    "gmp": Known("LGPL-3.0-or-later OR GPL-2.0-or-later", _LGPL_OR_GPL, f"{_GNU}/gmp/"),
    "gnutls": Known("LGPL-2.1-or-later", ("LGPL-2.1",), "https://www.gnupg.org/ftp/gcrypt/gnutls/"),
    "gomp": _GCC,
    "hogweed": _NETTLE,
    "mp3lame": Known("LGPL-2.0-or-later", ("LGPL-2",), "https://lame.sourceforge.io"),
    "nettle": _NETTLE,
    "opencore-amrnb": _AMR,
    "opencore-amrwb": _AMR,
    "openblasp-r0": _BLAS,
    "opus": Known("BSD-3-Clause", ("opus",), "https://downloads.xiph.org/releases/opus/"),
    "png16": Known("libpng-2.0", ("png",), "https://sourceforge.net/projects/libpng/"),
    "quadmath": Known("LGPL-2.1-or-later", ("LGPL-2.1",), f"{_GNU}/gcc/"),
    "scipy_openblas64_": _BLAS,
    "sharpyuv": _WEBP,
    "unistring": Known(
        "LGPL-3.0-or-later OR GPL-2.0-or-later", _LGPL_OR_GPL, f"{_GNU}/libunistring/"
    ),
    "vpl": Known("MIT", ("vpl",), "https://github.com/intel/libvpl"),
    "vpx": Known("BSD-3-Clause", ("vpx",), "https://chromium.googlesource.com/webm/libvpx"),
    "webp": _WEBP,
    "webpmux": _WEBP,
    "x264": Known("GPL-2.0-or-later", ("GPL-2",), f"{_VIDEOLAN}/x264"),
    "x265": Known("GPL-2.0-or-later", ("GPL-2",), "https://bitbucket.org/multicoreware/x265_git"),
    **dict.fromkeys(("xcb", "xcb-shape", "xcb-shm", "xcb-xfixes"), _XCB),
}
"""What wheels bring in folders `NAME.libs`, by its name."""


def write(
    folder: Path, wheels: Path, brought: Mapping[str, Path], stdlib: Path | None = None
) -> None:
    """Writes the texts and `SOURCES` into a folder that does not exist yet.

    `wheels` is a folder of installed wheels, `brought` says from where each library of this machine
    was copied, `stdlib` is the interpreter's where that comes along. Raises SystemExit naming what
    has no licence.
    """
    folder.mkdir(parents=True)
    for name in ("Apache-2.0", "GPL-2"):  # the networks' and our own: files/copyright
        shutil.copy(_COMMON / name, folder)
    lines = [
        "What is in this package of others: its version, its licence and where its sources are.",
        "The texts of the licences are beside this file.",
        "",
    ]
    if stdlib is not None:
        version = platform.python_version()
        shutil.copy(stdlib / "LICENSE.txt", folder / "python")
        lines.append(f"Python {version}: PSF-2.0; https://www.python.org/ftp/python/{version}/")
    lines += _of_wheels(folder, wheels)
    for libraries in sorted(wheels.glob("*.libs")):
        lines += _of_libs(folder, libraries)
    lines += _of_system(folder, brought)
    (folder / "SOURCES").write_text("\n".join(lines) + "\n", "utf-8")


def _of_wheels(folder: Path, wheels: Path) -> Iterator[str]:
    for info in sorted(wheels.glob("*.dist-info")):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        if name == "vcam":
            continue
        if (known := WHEELS.get(name)) is not None:
            _add(folder, known)
            yield f"{name} {version}: {known.licence}; {known.sources}"
            continue
        texts = list(_texts(wheels, info))
        if not texts:
            raise SystemExit(
                f"packages: {name} {version} brings no licence; look it up and add it to WHEELS in "
                "installer/packages/licences.py"
            )
        for text in texts:
            (folder / text).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheels / text, folder / text)
        told = HeaderParser().parsestr((info / "METADATA").read_text("utf-8"))
        yield f"{name} {version}: {_licence(told)}; https://pypi.org/project/{name}/{version}/"


def _texts(wheels: Path, info: Path) -> Iterator[str]:
    """The files of a wheel that are texts of licences, wherever it has them; below `wheels`."""
    with (info / "RECORD").open(encoding="utf-8", newline="") as record:
        for path, *_ in csv.reader(record):
            if _TEXT.fullmatch(path.rpartition("/")[2]) and (wheels / path).is_file():
                yield path


def _licence(told: Message) -> str:
    stated = told["License-Expression"] or (told["License"] or "").strip().partition("\n")[0]
    classified = (
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier", [])
        if one.startswith("License :: ")
    )
    return stated or next(classified, "as its text says")


def _of_libs(folder: Path, libraries: Path) -> Iterator[str]:
    for library in sorted(libraries.iterdir()):
        match = _HASHED.fullmatch(library.name)
        known = LIBRARIES.get(match[1]) if match else None
        if known is None:
            raise SystemExit(
                f"packages: {libraries.name} has {library.name}, whose licence is not known; look "
                "it up and add it to LIBRARIES in installer/packages/licences.py"
            )
        _add(folder, known)
        yield f"{libraries.name}/{library.name}: {known.licence}; {known.sources}"


def _of_system(folder: Path, brought: Mapping[str, Path]) -> Iterator[str]:
    """The copyright files of the Debian packages that the libraries are from."""
    origins = {name: path.resolve() for name, path in brought.items() if "libpython" not in name}
    packages = _packages(origins.values())
    for library, origin in sorted(origins.items()):
        package = packages.get(origin, "")
        name = package.partition(":")[0]
        text = Path("/usr/share/doc") / name / "copyright"
        if not name or not text.is_file():
            raise SystemExit(
                f"packages: {origin} is of no Debian package that tells its licence; make the "
                "packages on Debian or Ubuntu"
            )
        shutil.copy(text, folder / name)
        source = _told("dpkg-query", "-W", "-f", "${source:Package} ${source:Version}", package)
        system = platform.freedesktop_os_release()["NAME"]
        yield f"{library}: as in {name}; source package {source} of {system}"


def _packages(files: Iterable[Path]) -> dict[Path, str]:
    """Whose the files are. Some packages still have theirs in /lib, which is /usr/lib."""
    names = {name: file for file in files for name in (str(file), str(file).removeprefix("/usr"))}
    found: dict[Path, str] = {}
    for line in _told("dpkg-query", "-S", *names).splitlines():
        packages, _, name = line.partition(": ")
        if name in names:
            found[names[name]] = packages.partition(",")[0]
    return found


def _add(folder: Path, known: Known) -> None:
    for name in known.texts:
        own = _OWN / name
        shutil.copy(own if own.is_file() else _COMMON / name, folder)


def _told(*words: str) -> str:
    """What it prints; nothing where there is no such program."""
    if shutil.which(words[0]) is None:
        return ""
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()
