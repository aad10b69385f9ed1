"""`python -m vcam` and the `vcam` command.

Almost nothing is imported here, because every worker process imports this module once more.
"""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    # The processes that are started with -m and -c import nothing from the folder the user is in.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    from vcam.stopping import stoppable

    with stoppable():
        from vcam.cli import app
        from vcam.schema.errors import VcamError
        from vcam.schema.text import not_text

        _replace_what_cannot_be_shown()
        try:
            for word in sys.argv[1:]:
                if reason := not_text(word):
                    raise VcamError(reason)
            app(prog_name="vcam")
        except VcamError as error:
            print("vcam:", *str(error).splitlines(), file=sys.stderr)
            sys.exit(1)


def _replace_what_cannot_be_shown() -> None:
    """A terminal that knows no → or 🎉 shows a ? for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
