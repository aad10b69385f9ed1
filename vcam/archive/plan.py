"""What is to be done of an archive, told by what is there and what was done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Literal

from vcam.archive.manifest import Found, Record
from vcam.schema.kinds import RECORDINGS

Why = Literal["new", "changed", "other options", "other version", "result gone"]


@dataclass(frozen=True)
class Item:
    """A recording that is to be done: the results begin with `stem`. `known` is its record where
    only the time differs, so that its hash may still show that nothing changed."""

    found: Found
    stem: str
    why: Why
    known: Record | None = None


@dataclass(frozen=True)
class Plan:
    """`todo` in the order in which it is done, `same` what needs nothing."""

    todo: Sequence[Item]
    same: Sequence[Record]


def wanted(name: str, pattern: str | None) -> bool:
    """Whether a file of a source is one of its recordings. Hidden ones are not."""
    if any(part.startswith(".") for part in name.split("/")):
        return False
    if pattern is not None:
        return fnmatchcase(name, pattern)
    return PurePosixPath(name).suffix.lower() in RECORDINGS


def planned(
    found: Iterable[Found],
    records: Mapping[str, Record],
    there: Collection[str],
    options: Mapping[str, Any],
    made_by: Mapping[str, str],
) -> Plan:
    """`records` by the names of their recordings, `there` the files of the archive.

    The largest comes first, so that no processor waits at the end for one long film.
    """
    found = sorted(found, key=lambda one: one.name)
    stems = _stems([one.name for one in found], records)
    todo, same = [], []
    for one in found:
        record = records.get(one.name)
        why = _why(one, record, there, options, made_by)
        if record is not None and why is None:
            same.append(record)
            continue
        known = None
        if record is not None and record.source.size == one.size:
            earlier = one.model_copy(update={"changed": record.source.changed})
            if _why(earlier, record, there, options, made_by) is None:
                known = record
        todo.append(Item(one, stems[one.name], why or "new", known))
    todo.sort(key=lambda item: -item.found.size)
    return Plan(todo, same)


def _why(
    found: Found,
    record: Record | None,
    there: Collection[str],
    options: Mapping[str, Any],
    made_by: Mapping[str, str],
) -> Why | None:
    if record is None:
        return "new"
    if record.source != found:
        return "changed"
    if record.options != options:
        return "other options"
    if record.made_by != made_by:
        return "other version"
    if not set(record.files) <= set(there):
        return "result gone"
    return None


def _stems(names: Sequence[str], records: Mapping[str, Record]) -> dict[str, str]:
    """What the results of each recording begin with: its name without the end, or with it where
    two would be the same. Who has one keeps it, and no two differ by capitals alone, which some
    file systems do not tell apart."""
    stems = {name: record.stem for name, record in records.items()}
    taken = {stem.casefold() for stem in stems.values()}
    for name in names:
        if name in stems:
            continue
        stem, number = str(PurePosixPath(name).with_suffix("")), 1
        while stem.casefold() in taken:
            stem = name if number == 1 else f"{name}.{number}"
            number += 1
        stems[name] = stem
        taken.add(stem.casefold())
    return stems
