"""The reference of all settings, made of their declarations: `python -m vcam.schema.reference`
prints `docs/settings.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vcam.schema.declaration import GROUPS, Declared
from vcam.schema.settings import SETTINGS

_HEAD = """\
# Settings

<!-- Made by `make docs` from vcam/schema/settings.py. -->

`vcam settings` shows them, `vcam set KEY=VALUE …` changes them: at once in a running call, and for
the next start. `on`, `off` and `toggle` turn those that are on or off. What applies to recordings
as well is marked with ●: `vcam enhance FILE -o OUT --set KEY=VALUE`.
"""


def shown(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def told(key: str, value: Any) -> str:
    """A setting's value as anybody may see it."""
    return "(known)" if SETTINGS[key].private and value else shown(value)


def grouped() -> Iterator[tuple[str, list[Declared]]]:
    """The groups' names and what is in them, in the order in which both are declared."""
    for group, name in GROUPS.items():
        yield name, [one for one in SETTINGS.values() if one.group == group]


def markdown() -> str:
    """The page."""
    parts = [_HEAD]
    for name, members in grouped():
        rows = ["| key | default | may be | |", "|---|---|---|---|"]
        for one in members:
            mark = " ●" if one.recordings else ""
            default = f"`{shown(one.default)}`"
            rows.append(f"| `{one.key}`{mark} | {default} | {one.range} | {one.help} |")
        parts.append(f"## {name}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(markdown(), end="")
