"""What was said, as plain text, SubRip and WebVTT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """Something said between two times, in seconds of the recording."""

    begin: float
    end: float
    text: str


def text(lines: Sequence[Line]) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def subrip(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"{number}\n{_time(line.begin, ',')} --> {_time(line.end, ',')}\n{line.text}\n"
        for number, line in enumerate(lines, 1)
    )


def webvtt(lines: Sequence[Line]) -> str:
    """As the W3C's WebVTT; in its texts `&` and `<` are markup."""
    cues = [
        f"{_time(line.begin, '.')} --> {_time(line.end, '.')}\n{_escaped(line.text)}\n"
        for line in lines
    ]
    return "\n".join(["WEBVTT\n", *cues])


FORMS = {".txt": text, ".srt": subrip, ".vtt": webvtt}
"""Each kind of file by the end of its name."""


def _time(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
