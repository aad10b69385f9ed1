"""Every sentence that is said to a person, in English, by its key; the windows translate them.

A key is `room.what`. Places in braces are filled from the reason: `{cause}` with the sentence
behind it, `{cure}` with what to do, all others with its values. A sentence that stands inside
another one begins small and has no full stop.

Translations: `Sentence` and the first words of `Cure` are what `ui/vcam_ui/translations/update`
takes into the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "degraded", "failed"]


@dataclass(frozen=True)
class Sentence:
    """`severity` and `cure` are what a reason has that names no others."""

    text: str
    severity: Severity = "degraded"
    cure: str | None = None


@dataclass(frozen=True)
class Cure:
    """What to do, said in a window and said where there is a command line."""

    window: str
    command: str


CURES: dict[str, Cure] = {}

SENTENCES: dict[str, Sentence] = {
    # The control connection.
    "control.not_running": Sentence("vcam is not running; `vcam run` starts it.", "failed"),
    "control.closed": Sentence("vcam closed the connection; is it still running?", "failed"),
    "control.silent": Sentence(
        "vcam does not answer; end it with `vcam stop` or its process and start it again.", "failed"
    ),
    "control.not_stopped": Sentence("vcam was told to stop but is still running.", "failed"),
}
