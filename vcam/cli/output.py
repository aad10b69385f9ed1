"""What the commands print: columns, or JSON."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vcam.schema.declaration import Declared


Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """With `as_json` a VcamError is printed as `{"error": …}` too, and ends the command."""
    try:
        yield
    except VcamError as error:
        if not as_json:
            raise
        typer.echo(json_module.dumps({"error": error.reason.model_dump()}))
        raise typer.Exit(1) from error


def json_of(model: BaseModel) -> str:
    """In ASCII: Windows' pipes have a code page where who reads JSON expects UTF-8."""
    return json_module.dumps(model.model_dump(mode="json"))


def settings_table(
    head: list[str], row: Callable[[Declared], list[str]], *, recordings: bool = False
) -> None:
    """A row for every setting, or for those of recordings, under the names of their groups."""
    from vcam.schema.reference import grouped

    rows: list[list[str]] = []
    for name, members in grouped():
        if listed := [row(one) for one in members if one.recordings or not recordings]:
            rows += [[], [name.upper()], *listed]
    table(head, rows)


def table(head: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*head, box=None, show_header=any(head), pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    # Without a terminal nothing is to be broken into lines.
    Console(width=None if sys.stdout.isatty() else 10_000).print(grid)
