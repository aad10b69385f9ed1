"""What is known of a finished recording: a record beside the results, as JSON.

A record is written after its result, so that whatever was stopped between the two is done again and
whatever has a record is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from vcam.schema.reasons import Reason

OURS = ".vcam"
"""The folder in an archive that holds no results."""
RECORDS = f"{OURS}/records/"

_OF_THE_RECORDING = (
    *("media.unreadable", "media.no_index", "media.still", "media.damaged", "media.no_sound"),
    *("sound.none", "sound.unreadable", "enhance.size", "enhance.channels", "enhance.no_track"),
    *("enhance.silent", "enhance.only_sound", "voices.not_learned"),
)
"""What is wrong with a recording itself, or does not go together with what is to be done to it."""
_OF_THE_CAUSE = ("enhance.of_file", "enhance.picture")
"""What says only where its cause was met."""


class Found(BaseModel):
    """A recording as a listing has it: `name` within the source, bytes, and what its store says of
    when it was changed."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    changed: str


class Record(BaseModel):
    """What was made of a recording, or why nothing can be made of it.

    `files` are the results' names within the archive, the enhanced recording first; `stem` is what
    they begin with. `made_by` has vcam's version and the networks' SHA-256 by their names;
    `options` are those of `vcam.offline.enhance.enhancer.identity`. `seconds` is how long it took,
    `at` when it was finished, in UTC.
    """

    model_config = ConfigDict(frozen=True)

    source: Found
    sha256: str
    options: dict[str, Any]
    made_by: dict[str, str]
    stem: str
    files: tuple[str, ...] = ()
    error: Reason | None = None
    notes: tuple[Reason, ...] = ()
    denoiser: str | None = None
    seconds: float = 0.0
    at: str = ""


def place_of(name: str) -> str:
    """Where the record of a recording is; names of any length and letters have one."""
    return f"{RECORDS}{_digest(name)}.json"


def claim_of(name: str) -> str:
    """Where the names are of all that was ever made of a recording, written before the first of it
    is: what else is there is the user's."""
    return f"{OURS}/claims/{_digest(name)}.json"


def part_of(name: str) -> str:
    """Where a file of an archive is while it is not whole. The next try writes over it."""
    return f"{OURS}/parts/{_digest(name)}"


def spans_of(name: str) -> str:
    """The folder of what is made of a long film until it is joined."""
    return f"{OURS}/spans/{_digest(name)}"


def span_of(found: Found, options: Mapping[str, Any], made_by: Mapping[str, str], at: int) -> str:
    """Where what is made of a film from a second on is, by all that it depends on."""
    job = json.dumps([found.model_dump(), dict(options), dict(made_by)], sort_keys=True)
    return f"{spans_of(found.name)}/{_digest(job)}-{at:06}"


def read(data: bytes) -> Record | None:
    """None where it is damaged or of a version that wrote others: the recording is done again."""
    try:
        return Record.model_validate_json(data)
    except ValidationError:
        return None


def written(record: Record) -> bytes:
    return record.model_dump_json(indent=1).encode()


def plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as they are read back from a record."""
    found: dict[str, Any] = json.loads(json.dumps(options, default=str))
    return found


def lasting(reason: Reason) -> bool:
    """Whether another try with the same recording would fail in the same way."""
    if reason.key in _OF_THE_CAUSE:
        return reason.cause is not None and lasting(reason.cause)
    return reason.key in _OF_THE_RECORDING


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]
