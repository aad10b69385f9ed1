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
    assert agenda.take(agenda.next(2), SPANS) is None
    tasks = [agenda.next(2) for _ in SPANS]
    assert tasks == [Task(LONG, SPANS, span) for span in SPANS]
    assert [agenda.take(task, None) for task in reversed(tasks)] == [None] * 3
    joining = agenda.next(2)
    assert joining == Task(LONG, SPANS)
    assert agenda.take(joining, DONE) == Outcome(LONG, DONE, None)
    assert agenda.next(2) == Task(SHORT) and not agenda


def test_a_span_that_fails_is_told_once_and_ends_the_others() -> None:
    agenda = Agenda([LONG, SHORT])
    agenda.take(agenda.next(2), SPANS)
    first, second = agenda.next(2), agenda.next(2)
    assert agenda.take(first, REASON) == Outcome(LONG, None, REASON)
    assert agenda.take(second, None) is agenda.take(second, REASON) is None
    assert agenda.next(2) == Task(SHORT) and not agenda


def test_what_nothing_can_be_made_of_is_told_with_its_record() -> None:
    agenda = Agenda([SHORT])
    broken = record(SHORT.found, "short", files=(), error=REASON)
    assert agenda.take(agenda.next(2), broken) == Outcome(SHORT, broken, REASON)


def test_what_is_given_back_comes_next() -> None:
    agenda = Agenda([LONG, SHORT])
    task = agenda.next(2)
    agenda.give_back(task)
    assert [agenda.next(2), agenda.next(2)] == [task, Task(SHORT)]


def test_a_film_is_done_whole_while_others_keep_all_at_work() -> None:
    agenda = Agenda([LONG, SHORT, Item(found("other.mp4"), "other", "new")])
    assert [agenda.next(2).whole for _ in range(3)] == [True, False, False]
