"""The speech recogniser's model: fetched once from Hugging Face, kept for ever."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import platformdirs

from vcam.schema.errors import VcamError

NAME = "faster-whisper-small"
_PLACE = "Systran/" + NAME
_FILES = ("config.json", "tokenizer.json", "vocabulary.txt", "model.bin")
_SILENCE = 20.0  # seconds without an answer
_CHUNK = 1 << 18


def given(folder: Path) -> Path:
    """The user's own model. Raises VcamError when the folder holds none."""
    needed = ("model.bin", "config.json", "tokenizer.json")
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise VcamError("transcript.wrong_model", folder=folder, missing=missing[0])
    return folder


def fetched(report: Callable[[float], None]) -> Path:
    """The model's folder; on first use it is downloaded (480 MB), and `report` told how much of it
    is there, 0 to 1. What came before a break of the line is kept.

    Raises VcamError without a connection.
    """
    folder = platformdirs.user_data_path("vcam", appauthor=False) / NAME
    if all((folder / name).is_file() for name in _FILES):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            if not (folder / name).is_file():
                _fetch(name, folder, report if name == _FILES[-1] else lambda done: None)
    except urllib.error.URLError as error:
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise _offline(str(reason)) from error
    except (OSError, ValueError) as error:
        raise _offline(getattr(error, "strerror", None) or str(error)) from error
    return folder


def _fetch(name: str, folder: Path, report: Callable[[float], None]) -> None:
    server = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    part = folder / f"{name}.part"
    there = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(f"{server}/{_PLACE}/resolve/main/{name}")
    if there:
        request.add_header("Range", f"bytes={there}-")
    try:
        opened = urllib.request.urlopen(request, timeout=_SILENCE)
    except urllib.error.HTTPError as error:
        if there and error.code == 416:  # nothing is missing, or it is another file by now
            part.unlink()
            _fetch(name, folder, report)
            return
        raise
    with opened as answer:
        if answer.status != 206:
            there = 0
        length = there + int(answer.headers["Content-Length"] or 0)
        with open(part, "ab" if there else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                there += len(chunk)
                report(there / max(1, length, there))
    if there < length:
        raise ValueError("the connection broke off")
    os.replace(part, folder / name)


def _offline(reason: str) -> VcamError:
    return VcamError("transcript.not_fetched", error=reason.strip(" ."))
