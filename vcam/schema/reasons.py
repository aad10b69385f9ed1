"""Why something is not as it should be, as a value; the sentence is made where it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from vcam.schema.sentences import CURES, SENTENCES, Sentence, Severity

Face = Literal["command", "window"]
"""Where a sentence is read: beside a prompt, or in a window, which has no flags."""

_WORST_FIRST: dict[Severity, int] = {"failed": 0, "degraded": 1, "note": 2}


_FILES = ("path", "file", "folder", "first", "second")
"""Places of sentences that hold names of files."""

_NAMES_A_FILE = re.compile(r"(?<!/dev)/(?!dev/)|\\|\.[A-Za-z]\w{1,3}$")


class Reason(BaseModel):
    """One thing that is amiss, or worth knowing. Made by `Reason.of`.

    `key` is one of `SENTENCES`, `cure` one of `CURES`, `values` fill their places. `text` is the
    English sentence, for readers that do not know the key.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    values: dict[str, str | int | float] = Field(default_factory=dict)
    severity: Severity = "degraded"
    cure: str | None = None
    cause: Reason | None = None
    text: str = ""

    @classmethod
    def of(
        cls,
        key: str,
        /,
        *,
        cause: Reason | None = None,
        severity: Severity | None = None,
        cure: str | None = None,
        **values: Any,
    ) -> Reason:
        """A reason with the severity and the cure of its sentence, unless others are given.

        Values other than numbers are taken as their text.
        """
        sentence = SENTENCES.get(key, Sentence(key))
        made = cls(
            key=key,
            values={k: v if isinstance(v, int | float) else str(v) for k, v in values.items()},
            severity=severity or sentence.severity,
            cure=cure or sentence.cure,
            cause=cause,
        )
        return made.model_copy(update={"text": said(made)})

    def graded(self, severity: Severity) -> Reason:
        """The same, as bad as the place where it is met makes it."""
        return self.model_copy(update={"severity": severity})

    def __str__(self) -> str:
        return self.text or self.key


def said(reason: Reason, face: Face = "command", tongue: Callable[[str], str] = str) -> str:
    """The sentence of a reason. `tongue` translates the English templates.

    A reason that this version does not know, or that lacks a value, is said in the English it
    carries.
    """
    sentence = SENTENCES.get(reason.key)
    if sentence is None:
        return str(reason)
    parts: dict[str, Any] = dict(reason.values)
    if reason.cause is not None:
        parts["cause"] = said(reason.cause, face, tongue)
    parts["cure"] = advised(reason, face, tongue)
    try:
        return tongue(sentence.text).format_map(parts)
    except KeyError:
        return str(reason)


def advised(reason: Reason, face: Face = "command", tongue: Callable[[str], str] = str) -> str:
    """What to do about a reason; empty where nothing is known."""
    cure = CURES.get(reason.cure or "")
    if cure is None:
        return ""
    return cure.command if face == "command" and cure.command else tongue(cure.window)


def discreet(reason: Reason) -> Reason:
    """The same for the log, which keeps no names of files."""
    values = {name: _unnamed(name, value) for name, value in reason.values.items()}
    cause = discreet(reason.cause) if reason.cause else None
    bare = reason.model_copy(update={"values": values, "cause": cause})
    return bare.model_copy(update={"text": said(bare)})


def discreet_name(name: str) -> str:
    """A device's name as it is, a file's not."""
    return "(a file)" if _NAMES_A_FILE.search(name) else name


def _unnamed(place: str, value: str | int | float) -> str | int | float:
    if place in _FILES:
        return f"(a {'folder' if place == 'folder' else 'file'})"
    return discreet_name(value) if isinstance(value, str) else value


def worst_first(reasons: Iterable[Reason]) -> list[Reason]:
    """Sorted by severity; among equals the order stays."""
    return sorted(reasons, key=lambda reason: _WORST_FIRST[reason.severity])
