"""Search over an archive: what was said and what was done, in one SQLite file with FTS5.

The file follows from the records and the transcripts beside the results. It is brought up to date
with them in each run, and made anew where it is missing or damaged.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from vcam.archive import manifest
from vcam.archive.manifest import Record
from vcam.archive.store import Store, is_url
from vcam.offline.transcript.subtitles import Line, lines_in, width
from vcam.schema.errors import VcamError

NAME = "archive.sqlite"
"""The file's name in an archive."""

_SUBTITLES = ".srt"
_VERSION = 1
_SCHEMA = f"""
PRAGMA user_version = {_VERSION};
CREATE TABLE films (
    name TEXT PRIMARY KEY, result TEXT, error TEXT, denoiser TEXT, seconds REAL, at TEXT,
    record TEXT, first INTEGER, last INTEGER
);
CREATE VIRTUAL TABLE lines USING fts5 (
    words, film UNINDEXED, begin UNINDEXED, line UNINDEXED, tokenize = 'unicode61'
);
"""


class Hit(NamedTuple):
    """A line that was said: the recording, its result, seconds from its beginning."""

    film: str
    result: str
    begin: float
    line: str


@contextmanager
def kept(store: Store, records: Mapping[str, Record]) -> Iterator[Callable[[Record], None]]:
    """Brings the archive's file up to date, gives what takes further records as they come, and puts
    the file into the archive at the end, also of what is interrupted. Raises VcamError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        with suppress(VcamError):
            store.fetch(NAME, file)

        def texts(names: Iterable[str]) -> Mapping[str, bytes]:
            return store.read(list(names))

        new = bring_up_to_date(file, records, texts)

        def take(record: Record) -> None:
            nonlocal new
            with suppress(VcamError), closing(sqlite3.connect(file)) as base, base:
                _put(base, {record.source.name: record}, texts)  # or else in the next run
                new = True

        try:
            yield take
        finally:
            if new:
                store.put(file, NAME)


Texts = Callable[[Iterable[str]], Mapping[str, bytes]]
"""Reads subtitles by their names."""


def bring_up_to_date(file: Path, records: Mapping[str, Record], texts: Texts) -> bool:
    """With all records of an archive. Returns whether something was to be done."""
    if not _usable(file):
        file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as base, base:
        if not _tables(base):
            base.executescript(_SCHEMA)
        known = dict(base.execute("SELECT name, record FROM films"))
        gone = [name for name in known if name not in records]
        for name in gone:
            _forget(base, name)
        new = {
            name: record
            for name, record in records.items()
            if known.get(name) != manifest.written(record).decode()
        }
        _put(base, new, texts)
        return bool(gone or new or not known)


def _put(base: sqlite3.Connection, records: Mapping[str, Record], texts: Texts) -> None:
    subtitles = {
        name: one
        for name, record in records.items()
        for one in record.files
        if one.endswith(_SUBTITLES)
    }
    read = texts(subtitles.values())
    for name, record in records.items():
        _forget(base, name)
        said = read.get(subtitles.get(name, ""), b"").decode("utf-8", "replace")
        _take(base, name, record, lines_in(said))


def _forget(base: sqlite3.Connection, name: str) -> None:
    # By the numbers of its rows: by its name every line of the archive would be looked at.
    base.execute(
        "DELETE FROM lines WHERE rowid BETWEEN "
        "(SELECT first FROM films WHERE name = ?) AND (SELECT last FROM films WHERE name = ?)",
        (name, name),
    )
    base.execute("DELETE FROM films WHERE name = ?", (name,))


def _take(base: sqlite3.Connection, name: str, record: Record, lines: Sequence[Line]) -> None:
    (last,) = base.execute("SELECT max(rowid) FROM lines").fetchone()
    first = (last or 0) + 1
    base.executemany(
        "INSERT INTO lines (rowid, words, film, begin, line) VALUES (?, ?, ?, ?, ?)",
        [
            (number, _apart(line.text), name, line.begin, line.text)
            for number, line in enumerate(lines, first)
        ],
    )
    result = next(iter(record.files), "")
    made = (result, str(record.error or ""), record.denoiser, record.seconds, record.at)
    rest = (manifest.written(record).decode(), first, first + len(lines) - 1)
    base.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (name, *made, *rest))


def results(folder: Path) -> list[str]:
    """The enhanced recordings of an archive in a folder, by their names. Raises VcamError."""
    with closing(_opened(folder / NAME)) as base:
        rows = base.execute("SELECT result FROM films WHERE result != '' ORDER BY result")
        return [result for (result,) in rows]


def find(place: str, words: str) -> list[Hit]:
    """The lines in which all of the words are said, by film and time. Raises VcamError."""
    if not is_url(place):
        return _hits(Path(place) / NAME, words)
    with tempfile.TemporaryDirectory() as folder:
        Store(place).fetch(NAME, file := Path(folder) / NAME)
        return _hits(file, words)


def _hits(file: Path, words: str) -> list[Hit]:
    asked = " ".join(f'"{word}"' for word in map(_apart, words.replace('"', " ").split()))
    with closing(_opened(file)) as base:
        if not asked:
            return []
        rows: Sequence[tuple[str, str, float, str]] = base.execute(
            "SELECT film, result, begin, line FROM lines JOIN films ON films.name = film "
            "WHERE words MATCH ? ORDER BY film, begin",
            (asked,),
        ).fetchall()
    return [Hit(*row) for row in rows]


def _opened(file: Path) -> sqlite3.Connection:
    if not _usable(file):
        raise VcamError("archive.no_index", path=file)
    return sqlite3.connect(file)


def _usable(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(file)) as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            return bool(version == _VERSION and _tables(base))
    except sqlite3.DatabaseError:
        return False


def _tables(base: sqlite3.Connection) -> bool:
    (count,) = base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'films'").fetchone()
    return bool(count)


def _apart(text: str) -> str:
    """With blanks around wide letters: Chinese and Japanese have no others between words, and any
    letters in a row are to be found."""
    return "".join(f" {letter} " if width(letter) > 1 else letter for letter in text)
