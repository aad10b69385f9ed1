"""`vcam archive`: looks at what is there, has done what is missing, and keeps the index."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass

from vcam.archive import engine, index, manifest, node, plan
from vcam.archive.agenda import Outcome
from vcam.archive.manifest import Record
from vcam.archive.node import Order
from vcam.archive.plan import Plan
from vcam.archive.store import Store
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.text import not_text


@dataclass(frozen=True)
class Survey:
    """What was found. `records` are all of the archive, by the names of their recordings;
    `refused` says of recordings, by their names, why nothing can be begun with them; `passed_over`
    are the other files of the source, where no pattern is given."""

    order: Order
    target: Store
    plan: Plan
    records: Mapping[str, Record]
    refused: Mapping[str, Reason]
    passed_over: int


def survey(source: str, target: str, options: EnhanceOptions, pattern: str | None) -> Survey:
    """Looks at both places and writes nothing.

    Raises VcamError where one of them cannot be looked at, there are no recordings, or nothing is
    to be done to them.
    """
    come_from, go_to = Store(source), Store(target)
    order = node.order(come_from.url, go_to.url, options)
    if not come_from.exists():
        raise VcamError("archive.no_source", path=source)
    inside = go_to.within(come_from)
    if inside == "":
        raise VcamError("enhance.itself", path=target)
    files = {
        name: one
        for name, one in come_from.files().items()
        if plan.wanted(name, "*") and not (inside and name.startswith(inside + "/"))
    }
    found = {name: one for name, one in files.items() if plan.wanted(name, pattern)}
    if not found:
        raise VcamError("archive.no_recordings", path=source)
    refused = {name: reason for name in found if (reason := not_text(name))}
    there = go_to.files()
    records = _records(go_to, there)
    usable = [one for name, one in found.items() if name not in refused]
    planned = plan.planned(usable, records, there, order.identity, order.made_by)
    passed_over = 0 if pattern else len(files) - len(found)
    return Survey(order, go_to, planned, records, refused, passed_over)


def carry_out(survey: Survey, address: str | None) -> Generator[Outcome, None, None]:
    """What became of each recording that is to be done, as they end; the index takes it, and is
    put into the archive at the end, also after an interruption. None of it is kept in memory.
    Raises VcamError where no Ray answers."""
    with index.kept(survey.target, survey.records) as take:
        if not survey.plan.todo:
            return
        with engine.connected(address, engine.memory_for(survey.order.options)):
            for outcome in engine.enhance(survey.order, survey.plan.todo):
                if outcome.record is not None:
                    take(outcome.record)
                yield outcome


def _records(target: Store, there: Collection[str]) -> dict[str, Record]:
    places = [name for name in there if name.startswith(manifest.RECORDS)]
    read = map(manifest.read, target.read(places).values())
    return {record.source.name: record for record in read if record is not None}
