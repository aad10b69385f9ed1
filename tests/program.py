"""The programme as a user types it, without the second that a process of its own takes to start."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest.mock import patch

from vcam import logbook
from vcam.__main__ import main


def vcam(*words: object) -> CompletedProcess[str]:
    """Runs in this process, from the command line to the exit code, but without a log."""
    typed = ["vcam", *map(str, words)]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", typed),
        patch.dict(os.environ),
        patch.object(logbook, "open_book", lambda kind: int),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return CompletedProcess(typed, code, out.getvalue(), err.getvalue())
