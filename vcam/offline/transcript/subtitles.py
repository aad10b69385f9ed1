"""Subtitles: what was said as plain text, SubRip and WebVTT, and the lines of such files read back.

A cue has at most two rows and stays no longer than anybody reads, as broadcasters' guidelines want
it (BBC, Netflix): 42 letters a row, 16 where letters are wide, and 7 seconds. What is longer is
parted where a phrase ends or the speaker pauses, and else between words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

ROW = 42.0
"""Letters in a row."""
WIDE = ROW / 16
"""Letters that a Chinese or Japanese one counts as."""
LONGEST = 7.0
"""Seconds that a cue stays."""
SHORTEST = 0.5
"""Seconds that it stays at least, unless another one takes its place."""
INSTANT = 0.002
"""Seconds that even then lie between its two times, so that they are written as two."""

_ENDS = {".": 1.0, "?": 1.0, "!": 1.0, "。": 1.0, "？": 1.0, "！": 1.0, "…": 1.0}
_ENDS |= dict.fromkeys(",;:、，；：", 0.6)
"""How good a place to part is after a letter, against one in the middle."""
_PAUSE = 0.3  # seconds between words that are as good as a comma
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[,.](\d{3})"
_SPAN = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_TOKEN = re.compile(r"\s*\S+")


class Word(NamedTuple):
    """A word with the blanks before it, or a part of one, and when it is said, in seconds."""

    begin: float
    end: float
    text: str


class Line(NamedTuple):
    """Something said between two times, in seconds of the recording; `words` and the `speaker` if
    they are known."""

    begin: float
    end: float
    text: str
    words: Sequence[Word] = ()
    speaker: str = ""

    @property
    def told(self) -> str:
        return f"{self.speaker}: {self.text}" if self.speaker else self.text


def text(lines: Sequence[Line]) -> str:
    return "".join(f"{line.told}\n" for line in lines)


def subrip(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"{number}\n{_time(cue.begin, ',')} --> {_time(cue.end, ',')}\n{cue.told}\n"
        for number, cue in enumerate(cues(lines), 1)
    )


def webvtt(lines: Sequence[Line]) -> str:
    """As the W3C's WebVTT; in its texts `&` and `<` are markup."""
    blocks = [
        f"{_time(cue.begin, '.')} --> {_time(cue.end, '.')}\n{_escaped(cue.told)}\n"
        for cue in cues(lines)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


FORMS = {".txt": text, ".srt": subrip, ".vtt": webvtt}
"""Each kind of file by the end of its name."""


def with_speakers(written: str, end: str, names: Mapping[str, str]) -> str:
    """A file of the kind that ends so, those who speak in it called as `names` says."""
    in_form = _escaped if end == ".vtt" else str
    said = {in_form(old): in_form(new) for old, new in names.items()}
    before = r"^\ufeff?" if end == ".txt" else rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*\n"
    speaker = "|".join(map(re.escape, said))
    return re.sub(
        rf"(?m)(?P<before>{before})(?P<speaker>{speaker})(?=: )",
        lambda found: found["before"] + said[found["speaker"]],
        written,
    )


def cues(lines: Iterable[Line]) -> list[Line]:
    """Lines that fit on a screen, in the order of time; each has one or two rows."""
    found: list[Line] = []
    for line in lines:
        words = _short(line.words) if line.words else _guessed(line)
        for part in _parted(words):
            begin, end = max(line.begin, part[0].begin), min(line.end, part[-1].end)
            rows = _rows(part) or [_joined(part)]
            until = min(max(begin, end), begin + LONGEST)
            found.append(Line(begin, until, "\n".join(rows), speaker=line.speaker))
    found.sort(key=lambda cue: cue.begin)
    begins = [*(cue.begin for cue in found), math.inf]
    return [_readable(cue, begins[bisect(begins, cue.begin)]) for cue in found]


def lines_in(subtitles: str) -> list[Line]:
    """The lines of a SubRip or WebVTT file's text; what is not understood is left out."""
    found = []
    for block in re.split(r"\n\s*\n", subtitles.replace("\r\n", "\n")):
        rows = block.strip().split("\n")
        for i, one in enumerate(rows):
            if span := _SPAN.match(one):
                said = re.sub(r"<[^>]*>", "", _one_row(rows[i + 1 :])).strip()
                if said:
                    times = span.groups()
                    found.append(Line(_seconds(times[:4]), _seconds(times[4:]), said))
                break
    return found


def width(words: str) -> float:
    """In letters of the Latin alphabet."""
    return sum(WIDE if unicodedata.east_asian_width(one) in "WF" else 1.0 for one in words)


def _readable(cue: Line, following: float) -> Line:
    """A cue that stays long enough, as far as that which begins after it lets it."""
    lasting = max(INSTANT, min(SHORTEST, following - cue.begin))
    return cue._replace(end=max(cue.end, cue.begin + lasting))


def _guessed(line: Line) -> list[Word]:
    """The words, their times by their length."""
    tokens = [part for token in _TOKEN.findall(line.text) for part in _broken(token)]
    whole = sum(map(width, tokens)) or 1.0
    words, place = [], 0.0
    for token in tokens:
        begin, place = place, place + width(token)
        lasting = (line.end - line.begin) / whole
        words.append(Word(line.begin + begin * lasting, line.begin + place * lasting, token))
    return words


def _short(words: Iterable[Word]) -> list[Word]:
    """Words that can be laid into rows."""
    return [
        Word(part.begin, part.end, part.text)
        for word in words
        for part in _guessed(Line(word.begin, word.end, word.text))
    ]


def _broken(token: str) -> list[str]:
    """A word, or between what it may be broken: wide letters, and anything longer than a row."""
    parts: list[str] = []
    for letter in token:
        wide = width(letter) > 1 and unicodedata.category(letter)[0] != "P"
        if not parts or wide or width(parts[-1].strip() + letter) > ROW:
            parts.append(letter)
        elif width(parts[-1][-1]) > 1 and unicodedata.category(letter)[0] != "P":
            parts.append(letter)  # a Latin word after a wide letter
        else:
            parts[-1] += letter
    if len(parts) > 1 and not parts[0].strip():
        parts[:2] = [parts[0] + parts[1]]
    return parts


def _parted(words: list[Word]) -> list[list[Word]]:
    """Pieces that each fit into one cue."""
    if not words:
        return []
    if len(words) == 1 or (words[-1].end - words[0].begin <= LONGEST and _rows(words)):
        return [words]
    place = max(range(1, len(words)), key=lambda place: _fitness(words, place))
    return _parted(words[:place]) + _parted(words[place:])


def _fitness(words: Sequence[Word], place: int) -> float:
    """How good it is to part before a word: near the middle, after a phrase, at a pause."""
    before, after = _joined(words[:place]), _joined(words[place:])
    apart = abs(width(before) - width(after)) / (width(before) + width(after))
    pause = words[place].begin - words[place - 1].end
    return max(_ENDS.get(before[-1:], 0.0), 0.6 * (pause > _PAUSE)) - 1.5 * apart


def _rows(words: Sequence[Word]) -> list[str]:
    """One row, or two of which the first ends well; none if they do not fit."""
    whole = _joined(words)
    if width(whole) <= ROW:
        return [whole]
    fitting = [
        place
        for place in range(1, len(words))
        if max(width(_joined(words[:place])), width(_joined(words[place:]))) <= ROW
    ]
    if not fitting:
        return []
    best = max(fitting, key=lambda place: _fitness(words, place))
    return [_joined(words[:best]), _joined(words[best:])]


def _joined(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()


def _one_row(rows: Sequence[str]) -> str:
    """Rows as they were said: wide letters stand without a blank between them."""
    said = ""
    for row in (row.strip() for row in rows):
        wide = said and row and width(said[-1]) > 1 and width(row[0]) > 1
        said = f"{said}{row}" if wide or not said else f"{said} {row}"
    return said


def _time(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
