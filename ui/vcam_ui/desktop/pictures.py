"""The background pictures a person collected: a folder, taken in with a check, newest use first."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import platformdirs
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from vcam.client import BACKGROUNDS
from vcam.schema.errors import VcamError

FILMS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", *FILMS)
"""Formats that both the windows and the camera read; of films the windows show the name."""

MAX_BYTES = 50 * 2**20
MAX_FILM_BYTES = 500 * 2**20
MAX_PIXELS = 60_000_000
MIN_SIDE = 120


def shipped() -> list[Path]:
    """The pictures that come with vcam."""
    return sorted(BACKGROUNDS.glob("*.webp"))


def folder() -> Path:
    """Where the collected pictures live."""
    return platformdirs.user_data_path("vcam", appauthor=False) / "backgrounds"


def collected(where: Path | None = None) -> list[Path]:
    """The collected pictures, the one used last first."""
    where = where or folder()
    if not where.is_dir():
        return []
    files = [p for p in where.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file()]
    return sorted(files, key=lambda p: p.stat().st_mtime, reverse=True)


def collect(picture: Path, where: Path | None = None) -> Path:
    """Copies a picture into the collection and returns the copy.

    Raises VcamError with the reason when it is not a picture that can be used. Nothing
    half-written is left.
    """
    where = where or folder()
    check(picture)
    if picture.resolve().parent == where.resolve():
        return picture
    target = _free_name(where, picture)
    temporary = target.with_name(target.name + ".part")
    try:
        where.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise VcamError("gallery.not_copied", name=picture.name, reason=error.strerror) from error
    return target


def check(picture: Path) -> None:
    """Raises VcamError naming what is wrong with a picture, in one sentence."""
    name = picture.name
    if picture.is_dir():
        raise VcamError("gallery.folder", name=name)
    if not picture.is_file():
        raise VcamError("gallery.gone", name=name)
    if picture.suffix.lower() not in SUFFIXES:
        raise VcamError("gallery.kind", name=name)
    film = picture.suffix.lower() in FILMS
    most = MAX_FILM_BYTES if film else MAX_BYTES
    if picture.stat().st_size > most:
        raise VcamError("gallery.large", name=name, most=most >> 20)
    if film:
        return
    reader = QImageReader(str(picture))
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MAX_PIXELS:
        raise VcamError("gallery.huge", name=name)
    if size.isValid() and min(size.width(), size.height()) < MIN_SIDE:
        raise VcamError("gallery.small", name=name)
    if reader.read().isNull():
        raise VcamError("gallery.damaged", name=name)


def mark_used(picture: Path) -> None:
    """Moves a collected picture to the front."""
    try:
        if picture.parent.resolve() == folder().resolve():
            os.utime(picture)
    except OSError:
        pass  # a read-only folder keeps its order


def thumbnail(picture: Path, size: QSize) -> QImage:
    """The picture covering `size`, centred, EXIF respected; a null image when unreadable."""
    reader = QImageReader(str(picture))
    reader.setAutoTransform(True)
    full = reader.size()
    if full.isValid():
        reader.setScaledSize(full.scaled(size * 1.5, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return image
    image = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    x, y = (image.width() - size.width()) // 2, (image.height() - size.height()) // 2
    return image.copy(x, y, size.width(), size.height())


def _free_name(where: Path, picture: Path) -> Path:
    stem = re.sub(r"[^\w .-]", "_", picture.stem)[:80] or "picture"
    target = where / f"{stem}{picture.suffix.lower()}"
    number = 2
    while target.exists():
        target = where / f"{stem} {number}{picture.suffix.lower()}"
        number += 1
    return target
