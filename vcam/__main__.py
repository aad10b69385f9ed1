"""`python -m vcam` and the `vcam` command.

Almost nothing is imported here, because every worker process imports this module once more.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from vcam.schema.errors import VcamError


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
            _refuse(error)
        except OSError as error:
            # Of no file that is named: a full disk or a closed terminal behind stdout.
            if error.errno not in (errno.ENOSPC, errno.EIO) or error.filename is not None:
                raise
            with suppress(OSError):  # what it still holds would be written at Python's end
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _refuse(VcamError("output.refused", error=error.strerror))


def _refuse(error: VcamError) -> NoReturn:
    # Nowhere to say it, where the terminal has gone.
    with suppress(OSError):
        print("vcam:", *str(error).splitlines(), file=sys.stderr)
    sys.exit(1)


def _replace_what_cannot_be_shown() -> None:
    """A terminal that knows no → or 🎉 shows a ? for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
