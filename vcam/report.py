"""What a bug report needs, in one text: versions, findings, status, settings, models, logs.

The home folder, the names of user and host, the names of chosen files and the address of the
preview page are taken out, in capitals too.
"""

from __future__ import annotations

import getpass
import importlib.metadata
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import vcam
from vcam import logbook
from vcam.control import Client
from vcam.daemon import presets_file, settings_file
from vcam.news import ADDRESS
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, discreet, discreet_name
from vcam.schema.reference import told
from vcam.schema.status import FloorStatus, VideoStatus

_TAIL = 1 << 15  # bytes of each log
_MAY_BE_FILES = ("camera", "microphone", "background")
_DESKTOP = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "LANG")


def write(file: Path | None = None) -> Path:
    """Writes the report; None makes a new file in the current folder. Raises VcamError."""
    path = file or Path(time.strftime("vcam-report-%Y%m%d-%H%M%S.txt"))
    text = compose()
    try:
        target = path.open("x", encoding="utf-8")
        try:
            with target:
                target.write(text)
        except BaseException:
            path.unlink()
            raise
    except FileExistsError as error:
        raise VcamError("report.exists", path=path) from error
    except OSError as error:
        raise VcamError("file.unwritable", path=path, error=error.strerror) from error
    return path


def compose() -> str:
    """The whole text. Raises nothing: a part that fails says so in its place."""
    parts: dict[str, Callable[[], str]] = {
        "Versions": _versions,
        "Doctor": _doctor,
        "Status": _status,
        "Settings": _settings,
        "Models": _models,
    }
    logs = sorted(logbook.folder().glob("*.log"))
    parts |= {f"Log: {path.stem}": partial(_tail, path) for path in logs}
    text = "".join(f"== {title}\n\n{_safely(part).strip()}\n\n" for title, part in parts.items())
    return anonymous(text, _names_of_files())


def anonymous(text: str, files: Iterable[str] = ()) -> str:
    """Without the home folder, the names of user and host, and these names of files."""
    for name in sorted(files, key=len, reverse=True):
        text = _without(text, name, "(a file)")
    with suppress(RuntimeError):  # nobody's home
        for home in {str(Path.home()), str(Path.home().resolve())} - {"/"}:
            text = _without(text, home, "~", end=r"(?![\w-]|\.\w)")
    host = platform.node()
    for name in (host, host.partition(".")[0]):
        text = _without(text, name, "(host)")
    with suppress(OSError, KeyError, ImportError):
        text = _without(text, getpass.getuser(), "(user)")
    return text


def _without(text: str, word: str, instead: str, *, end: str = r"(?!\w)") -> str:
    """`word` may be in capitals or be escaped as in JSON, and is no part of a longer one."""
    for spelled in {word, json.dumps(word, ensure_ascii=False)[1:-1]} - {""}:
        whole = rf"(?<!\w){re.escape(spelled)}{end}"
        text = re.sub(whole, instead, text, flags=re.IGNORECASE)
    return text


def _safely(part: Callable[[], str]) -> str:
    try:
        return part()
    except VcamError as error:
        return str(discreet(error.reason))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _versions() -> str:
    lines = [
        f"vcam {vcam.__version__}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"{platform.platform()}, {os.cpu_count()} cores",
        *(f"{name}={os.environ[name]}" for name in _DESKTOP if name in os.environ),
        "",
    ]
    for requirement in importlib.metadata.requires("vcam") or []:
        if re.search("extra == .(test|export)", requirement):
            continue
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        with suppress(importlib.metadata.PackageNotFoundError):
            lines.append(f"{name} {importlib.metadata.version(name)}")
    return "\n".join(dict.fromkeys(lines))


def _doctor() -> str:
    from vcam.doctor import check

    return "\n".join(
        f"{one.state:8}{one.name}: {one.detail}" + (f"; {one.fix}" if one.fix else "")
        for one in check().checks
    )


def _status() -> str:
    with Client() as client:
        status = client.status()
    known = {
        "video": _unnamed(status.video),
        "audio": _unnamed(status.audio),
        "speaker": _unnamed(status.speaker),
        "record": status.record.model_copy(
            update={"file": None, "reason": _discreet(status.record.reason)}
        ),
        "preview": None,
        "preset": _discreet(status.preset),
        "hints": [discreet(hint) for hint in status.hints if hint.key != ADDRESS],
    }
    return status.model_copy(update=known).model_dump_json(indent=1)


def _unnamed(part: FloorStatus) -> FloorStatus:
    known: dict[str, Any] = {
        "source": discreet_name(part.source) if part.source else None,
        "reasons": [discreet(reason) for reason in part.reasons],
    }
    if isinstance(part, VideoStatus):
        known["sink_problem"] = _discreet(part.sink_problem)
    return part.model_copy(update=known)


def _discreet(reason: Reason | None) -> Reason | None:
    return discreet(reason) if reason else None


def _settings() -> str:
    settings, trouble = settings_file.load(aside=False)
    lines = [f"{trouble}\n"] if trouble else []
    lines += [f"{key} = {_shown(key, value)}" for key, value in settings.model_dump().items()]
    return "\n".join(lines)


def _shown(key: str, value: Any) -> str:
    return "(a file)" if isinstance(value, str) and _is_path(value) else told(key, value)


def _is_path(value: str) -> bool:
    return os.path.isabs(os.path.expanduser(value)) or os.path.isfile(value)


def _names_of_files() -> set[str]:
    """Those in settings and presets, both as they are kept and as they are in force."""
    settings, _ = settings_file.load(aside=False)
    presets, _ = presets_file.load(aside=False)
    known: list[dict[str, Any]] = [settings.model_dump(), *presets.saved.values()]
    with suppress(VcamError), Client() as client:
        known += [client.call("settings"), *client.call("presets")["saved"].values()]
    chosen = {str(values.get(key)) for values in known for key in _MAY_BE_FILES}
    return {name for value in chosen if _is_path(value) for name in (value, Path(value).name)}


def _models() -> str:
    from vcam.networks.models import describe_models

    return "\n".join(
        f"{name} {one['version']}, {'right' if one['intact'] else 'wrong'}, {one['provider']}"
        for name, one in describe_models().items()
    )


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read().decode("utf-8", "replace")
