"""The log: a file of its own for each kind of process, and stderr.

What a process has to say goes into a queue; a thread of its own writes it, so that no disk can hold
up the call. A folder that cannot be written is done without. Never a picture, never a word of a
call, and of the user's files no name but in a traceback (`vcam.schema.reasons.discreet`).
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import platformdirs

VERBOSE = "VCAM_VERBOSE"
"""Set in the environment, this makes every process of ours tell everything, on stderr as well."""

_BYTES, _OLDER = 1 << 20, 2
_CLOSE_S = 1.0
_FORM = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the logs are; it need not be there yet."""
    return platformdirs.user_log_path("vcam", appauthor=False)


def keep(kind: str, *, verbose: bool) -> None:
    """Keeps `kind`.log until this process ends; those that it starts are as verbose."""
    if verbose:
        os.environ[VERBOSE] = "1"
    atexit.register(open_book(kind))


def open_book(kind: str) -> Callable[[], None]:
    """Keeps `kind`.log from here on, with whatever nobody catches; returns what closes it."""
    verbose = bool(os.environ.get(VERBOSE))
    stderr = logging.StreamHandler()
    stderr.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    stderr.setLevel(logging.DEBUG if verbose else logging.WARNING)
    path = folder() / f"{kind}.log"
    file = _File(path, maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter(_FORM))
    waiting: SimpleQueue[logging.LogRecord] = SimpleQueue()
    handler = QueueHandler(waiting)
    listener = QueueListener(waiting, stderr, file, respect_handler_level=True)
    # Of libraries only what is amiss: they may speak of what is none of the log's business.
    for name in ("vcam", "vcam_ui"):
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger().addHandler(handler)
    listener.start()
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread

    def end() -> None:
        listener.stop()
        file.close()

    def close() -> None:
        logging.getLogger().removeHandler(handler)
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        # Aside, because a disk that hangs would hold up the end.
        ending = threading.Thread(target=end, daemon=True)
        ending.start()
        ending.join(_CLOSE_S)
        if ending.is_alive():
            file.stream = None

    return close


class _File(RotatingFileHandler):
    """Opened by the thread that writes; what the disk refuses costs lines and nothing else."""

    def createLock(self) -> None:
        """Without one, because one thread writes, and Python's end would wait for it."""
        self.lock = None

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        return


def _uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    log.critical("nobody caught this", exc_info=(kind, error, trace))


def _uncaught_in_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None:
        _uncaught(what.exc_type, what.exc_value, what.exc_traceback)
