"""`python -m vcam` and the `vcam` command.

Almost nothing is imported here, because every worker process imports this module once more.
"""

from __future__ import annotations

import io
import sys


def main() -> None:
    from vcam.stopping import stoppable

    with stoppable():
        from vcam.cli import app
        from vcam.schema.errors import VcamError

        _replace_what_cannot_be_shown()
        try:
            _refuse_what_is_not_text(sys.argv[1:])
            app(prog_name="vcam")
        except VcamError as error:
            print("vcam:", *str(error).splitlines(), file=sys.stderr)
            sys.exit(1)


def _replace_what_cannot_be_shown() -> None:
    """A terminal that knows no → or 🎉 shows a ? for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _refuse_what_is_not_text(words: list[str]) -> None:
    """Neither the settings nor the media libraries can carry such names."""
    from vcam.schema.errors import VcamError

    for word in words:
        shown = word.encode("utf-8", "replace").decode()
        if shown != word:
            raise VcamError("words.not_text", word=shown)


if __name__ == "__main__":
    main()
