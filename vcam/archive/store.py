"""A folder, here or on an object store, by fsspec: listed, fetched from, and written to whole.

What a store refuses for a moment is asked for again, for half a minute.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from os.path import realpath
from pathlib import Path
from typing import Any, TypeVar

from vcam.archive.manifest import Found, part_of
from vcam.schema.errors import VcamError
from vcam.whole_file import put_in_place

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between two tries."""

_FINAL = (
    *(FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError),
    *(ValueError, TypeError, ImportError, NotImplementedError),
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.ENAMETOOLONG)
_CHANGED = ("mtime", "LastModified", "last_modified", "updated", "modified", "created", "ETag")

Made = TypeVar("Made")


def is_url(place: str) -> bool:
    return "://" in place


class Store:
    """A folder by its path or URL. Names in it are relative, with `/`."""

    def __init__(self, place: str) -> None:
        """Raises VcamError when nothing opens such a URL."""
        self.url = place if is_url(place) else str(Path(place).expanduser().absolute())
        """The same from wherever it is opened."""
        import fsspec
        from fsspec.implementations.local import LocalFileSystem

        try:
            self._fs, root = fsspec.core.url_to_fs(self.url)
        except Exception as error:  # each store's have nothing in common
            raise self._refused(error) from error
        self._root = root.rstrip("/")
        self._is_local = isinstance(self._fs, LocalFileSystem)

    def exists(self) -> bool:
        return bool(self._patiently(partial(self._fs.isdir, self._root)))

    def within(self, other: Store) -> str | None:
        """The name that this folder has in another one, however they are spelt; None where it is
        not in there."""
        if type(self._fs) is not type(other._fs):
            return None
        if self._is_local:
            return _within(Path(realpath(self._root)), Path(realpath(other._root)))
        if self._root == other._root:
            return ""
        inside = self._root.startswith(other._root + "/")
        return self._root[len(other._root) + 1 :] if inside else None

    def files(self) -> dict[str, Found]:
        """All, also in folders within, by their names. Raises VcamError."""
        self._fs.invalidate_cache()
        listed: Mapping[str, Mapping[str, Any]] = self._patiently(
            partial(self._fs.find, self._root, detail=True)
        )
        found = (_found(path[len(self._root) + 1 :], info) for path, info in listed.items())
        return {one.name: one for one in found}

    def local(self, name: str) -> Path | None:
        """The file itself where it is one of this machine."""
        return Path(self._path(name)) if self._is_local else None

    def address(self, name: str) -> str:
        """Of a file, as people read it."""
        return f"{self.url.rstrip('/')}/{name}"

    def fetch(self, name: str, to: Path) -> None:
        """Raises VcamError."""
        self._patiently(partial(self._fs.get_file, self._path(name), str(to)), name)

    def read(self, names: Collection[str]) -> dict[str, bytes]:
        """Small files, many at once; those that are gone are left out. Raises VcamError."""
        paths = [self._path(name) for name in names]
        # Unlike `cat`, this takes no path for a pattern.
        got = self._patiently(partial(self._fs.cat_ranges, paths, None, None, on_error="return"))
        for name, data in zip(names, got, strict=True):
            if isinstance(data, Exception) and not isinstance(data, FileNotFoundError):
                raise self._refused(data, name) from data
        return {
            name: data for name, data in zip(names, got, strict=True) if isinstance(data, bytes)
        }

    def has(self, name: str) -> bool:
        """Raises VcamError."""
        return bool(self._patiently(partial(self._fs.exists, self._path(name)), name))

    def remove(self, folder: str) -> None:
        """With all that is in it, if it is there. Raises VcamError."""

        def remove() -> None:
            with suppress(FileNotFoundError):
                self._fs.rm(self._path(folder), recursive=True)

        self._patiently(remove, folder)

    def put(self, file: Path, name: str) -> None:
        """Copies a file of this machine there; under its name it is whole. Raises VcamError."""
        self._patiently(partial(self._put, partial(self._fs.put_file, str(file)), name), name)

    def write(self, data: bytes, name: str) -> None:
        """The same with the bytes of a small file. Raises VcamError."""

        def pipe(path: str) -> None:
            self._fs.pipe_file(path, data)  # each store has a name of its own for the second

        self._patiently(partial(self._put, pipe, name), name)

    def _put(self, copy: Callable[[str], object], name: str) -> None:
        part, path = self._path(part_of(name)), self._path(name)
        for folder in {part.rpartition("/")[0], path.rpartition("/")[0]}:
            self._fs.makedirs(folder, exist_ok=True)
        copy(part)
        if self._is_local:
            put_in_place(Path(part), Path(path))
        else:
            self._fs.mv(part, path)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _patiently(self, do: Callable[[], Made], name: str = "") -> Made:
        for pause in (*PAUSES, None):
            try:
                return do()
            except Exception as error:
                number = getattr(error, "errno", None)
                if pause is None or isinstance(error, _FINAL) or number in _FULL:
                    raise self._refused(error, name) from error
                time.sleep(pause)
        raise AssertionError

    def _refused(self, error: Exception, name: str = "") -> VcamError:
        said = getattr(error, "strerror", None) or str(error).strip() or type(error).__name__
        path = self.address(name) if name else self.url
        return VcamError("archive.store", path=path, error=said.splitlines()[0].rstrip(" ."))


def _within(folder: Path, other: Path) -> str | None:
    for above in (folder, *folder.parents):
        # Capitals may not count, and a folder may be mounted twice.
        if above == other or (above.exists() and other.exists() and above.samefile(other)):
            inside = folder.relative_to(above)
            return inside.as_posix() if inside.parts else ""
    return None


def _found(name: str, info: Mapping[str, Any]) -> Found:
    changed = next((str(info[key]) for key in _CHANGED if info.get(key)), "")
    return Found(name=name, size=int(info.get("size") or 0), changed=changed)
