"""Values as one file of NumPy's, for jobs that are stopped: arrays, and a tree of JSON around them.

Nothing in such a file is executed when it is read: it may lie where others write.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

SCHEMA = 2
"""Of the file; raised when it is read in another way than before."""

_TREE = "tree"


class Unreadable(Exception):
    """The file is none of ours, damaged, or of another schema."""


def write(file: BinaryIO, **values: Any) -> None:
    """Values are numbers, texts, None, arrays, containers of these, and named tuples and
    dataclasses of vcam's own. Raises OSError."""
    arrays: dict[str, Any] = {}
    tree = {"schema": SCHEMA} | {name: _plain(value, arrays) for name, value in values.items()}
    arrays[_TREE] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    np.savez(file, **arrays)


class Checkpoint:
    """A file that was written. Raises Unreadable."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            with np.load(file, allow_pickle=False) as arrays:
                self._arrays = dict(arrays)
            self._tree = json.loads(self._arrays[_TREE].tobytes())
            if self._tree["schema"] != SCHEMA:
                raise Unreadable
        except Exception as error:  # whatever NumPy and its ZIP files may raise
            raise Unreadable from error

    def __getitem__(self, name: str) -> Any:
        """Raises Unreadable for what does not fit this code."""
        try:
            return self._value(self._tree[name])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable from error

    def _value(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return [self._value(one) for one in tree]
        if not isinstance(tree, dict):
            return tree
        kind, content = next(iter(tree.items()))
        if kind == "array":
            return self._arrays[content]
        if kind == "scalar":
            return self._arrays[content][()]
        if kind == "tuple":
            return tuple(map(self._value, content))
        if kind == "set":
            return frozenset(map(self._value, content))
        if kind == "map":
            return {self._value(key): self._value(value) for key, value in content}
        return _class(kind)(**{name: self._value(value) for name, value in content.items()})


def _plain(value: Any, arrays: dict[str, Any]) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return {"array" if isinstance(value, np.ndarray) else "scalar": name}
    if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        names = getattr(value, "_fields", None) or [one.name for one in dataclasses.fields(value)]
        kind = f"{type(value).__module__}:{type(value).__qualname__}"
        return {kind: {name: _plain(getattr(value, name), arrays) for name in names}}
    if isinstance(value, list):
        return [_plain(one, arrays) for one in value]
    if isinstance(value, tuple):
        return {"tuple": [_plain(one, arrays) for one in value]}
    if isinstance(value, frozenset):
        return {"set": [_plain(one, arrays) for one in sorted(value)]}
    if isinstance(value, Mapping):
        items = value.items()
        return {"map": [[_plain(key, arrays), _plain(one, arrays)] for key, one in items]}
    raise TypeError(f"{type(value)} cannot be kept")


def _class(kind: str) -> type:
    """One of vcam's own values; its module is loaded already by who uses it."""
    module, _, name = kind.partition(":")
    found = getattr(sys.modules.get(module), name) if module.split(".")[0] == "vcam" else None
    if not isinstance(found, type) or not (
        dataclasses.is_dataclass(found) or hasattr(found, "_fields")
    ):
        raise TypeError(f"{kind} is no value")
    return found
