"""What a command of ours that ran in a process of its own has told in JSON."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QProcess

from vcam.schema.reasons import Reason
from vcam_ui.words.reasons import in_words


def told_by(process: QProcess) -> dict[str, Any]:
    """Its last line; empty where that is none of JSON."""
    lines = bytes(process.readAllStandardOutput().data()).splitlines()
    try:
        found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return found


def refusal_in(told: dict[str, Any]) -> str:
    """Why it failed, as a sentence; empty where it does not say."""
    return in_words(Reason.model_validate(told["error"])) if told.get("error") else ""
