"""A long film is done in spans, then joined, and is told of once."""

from tests.archive.test_plan import found, record
from vcam.archive.agenda import Agenda, Outcome, Task
from vcam.archive.plan import Item
from vcam.offline.enhance.spans import Span
from vcam.schema.reasons import Reason

SPANS = (Span(0, 300), Span(300, 600), Span(600))
LONG, SHORT = (Item(found(f"{name}.mp4"), name, "new") for name in ("long", "short"))
DONE = record(LONG.found, "long")
REASON = Reason.of("archive.lost", path="long.mp4", error="lost")


def test_a_film_is_joined_after_its_last_span() -> None:
    agenda = Agenda([LONG, SHORT])
    assert agenda.take(agenda.next(), SPANS) is None
    tasks = [agenda.next() for _ in SPANS]
    assert tasks == [Task(LONG, SPANS, span) for span in SPANS]
    assert [agenda.take(task, None) for task in reversed(tasks)] == [None] * 3
    joining = agenda.next()
    assert joining == Task(LONG, SPANS)
    assert agenda.take(joining, DONE) == Outcome(LONG, DONE, None)
    assert agenda.next() == Task(SHORT) and not agenda


def test_a_span_that_fails_is_told_once_and_ends_the_others() -> None:
    agenda = Agenda([LONG, SHORT])
    agenda.take(agenda.next(), SPANS)
    first, second = agenda.next(), agenda.next()
    assert agenda.take(first, REASON) == Outcome(LONG, None, REASON)
    assert agenda.take(second, None) is agenda.take(second, REASON) is None
    assert agenda.next() == Task(SHORT) and not agenda


def test_what_nothing_can_be_made_of_is_told_with_its_record() -> None:
    agenda = Agenda([SHORT])
    broken = record(SHORT.found, "short", files=(), error=REASON)
    assert agenda.take(agenda.next(), broken) == Outcome(SHORT, broken, REASON)


def test_what_is_given_back_comes_next() -> None:
    agenda = Agenda([LONG, SHORT])
    task = agenda.next()
    agenda.give_back(task)
    assert [agenda.next(), agenda.next()] == [task, Task(SHORT)]
