"""What is to be done next of an archive: recordings, and long films in spans.

A film is looked at first. One that is long answers with its spans, which are done apart, and is
then joined from them; that is worth it where processors would have nothing to do otherwise, for
each span fetches the film.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from vcam.archive.manifest import Record
from vcam.archive.plan import Item
from vcam.offline.enhance.spans import Span
from vcam.schema.reasons import Reason

Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Task:
    """One of a film's `spans`, or, without a `span`, all of a recording from what there is; in one
    go if it is to be done `whole`."""

    item: Item
    spans: Spans = ()
    span: Span | None = None
    whole: bool = False


class Outcome(NamedTuple):
    """`record` is None where nothing lasting came out, for the `reason`."""

    item: Item
    record: Record | None
    reason: Reason | None


Made = Record | Reason | Spans | None
"""What comes of a task: a record, why there is none, the spans in which it is to be done instead,
or None when a span is done."""


class Agenda:
    """Gives every task once, and takes what came of it."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._waiting = deque(map(Task, items))
        self._left: dict[str, int] = {}  # spans that are still to be done, by their films

    def __len__(self) -> int:
        return len(self._waiting)

    def next(self, places: int) -> Task:
        """`places` is how many can be at work at once."""
        task = self._waiting.popleft()
        return replace(task, whole=not task.spans and len(self._waiting) >= places)

    def give_back(self, task: Task) -> None:
        """One of which nothing came."""
        self._waiting.appendleft(task)

    def take(self, task: Task, made: Made) -> Outcome | None:
        """What became of a recording, once it is known."""
        name = task.item.found.name
        if isinstance(made, tuple):
            self._left[name] = len(made)
            self._waiting.extendleft(Task(task.item, made, span) for span in reversed(made))
            return None
        if task.span is not None and name not in self._left:
            return None  # another span has failed
        if made is None:
            self._left[name] -= 1
            if not self._left[name]:
                self._waiting.appendleft(Task(task.item, task.spans))
            return None
        if self._left.pop(name, None):
            self._waiting = deque(one for one in self._waiting if one.item != task.item)
        if isinstance(made, Reason):
            return Outcome(task.item, None, made)
        return Outcome(task.item, made, made.error)
