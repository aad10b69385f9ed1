"""Subtitles fit on the screen, lose no word, and are read back as they were written."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from vcam.offline.transcript.subtitles import (
    INSTANT,
    LONGEST,
    ROW,
    SHORTEST,
    WIDE,
    Line,
    Word,
    cues,
    lines_in,
    subrip,
    webvtt,
    width,
)

ENGLISH = (
    "So what we are going to do today is to walk through the whole quarterly plan, and then we "
    "decide who takes which of the open tickets before Friday. Is that all right?"
)
CHINESE = (
    "我們今天先把整個季度的計畫從頭到尾看一遍，"
    "然後再決定誰來處理星期五以前還沒有完成的工作項目好不好"
)
JAPANESE = (
    "それでは今日は四半期の計画を最初から最後まで見て、金曜日までに誰が何をするか決めましょう。"
)
MIXED = (
    "我們用 Kubernetes 部署 production，然後看看 https://example.org/a/very/long/path/that/goes/on"
)
GERMAN = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller " * 3


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


def checked(line: Line) -> list[Line]:
    made = cues([line])
    for cue in made:
        rows = cue.text.split("\n")
        assert len(rows) <= 2 and all(0 < width(row) <= ROW for row in rows)
        assert 0 < cue.end - cue.begin <= LONGEST + 1e-6
        assert line.begin <= cue.begin < cue.end <= max(line.end, cue.begin + SHORTEST)
    for one, other in zip(made, made[1:], strict=False):
        assert one.end <= max(other.begin, one.begin + INSTANT) + 1e-6
    assert squeezed("".join(cue.text for cue in made)) == squeezed(line.text)
    return made


def test_long_lines_are_parted_at_phrases() -> None:
    for said in (ENGLISH, CHINESE, JAPANESE, MIXED, GERMAN, "啊" * 200, "a" * 300):
        checked(Line(10.0, 38.0, said))
    first = checked(Line(0.0, 9.0, ENGLISH))[0].text
    assert first.endswith(("plan,", "Friday.")) and "\n" in first
    assert all(
        len(row) <= 16 for cue in checked(Line(0, 9, JAPANESE)) for row in cue.text.split("\n")
    )


def test_words_stay_whole_and_are_shown_when_they_are_said() -> None:
    """The speaker pauses for eight seconds after the fifth word."""
    spoken = ENGLISH.split()
    words, time = [], 0.0
    for number, word in enumerate(spoken):
        words.append(Word(time, time + 0.25, f" {word}"))
        time += 0.3 + 8.0 * (number == 4)
    made = checked(Line(0.0, time, ENGLISH, words))
    assert made[0].text.split() == spoken[:5] and made[0].end < 1.6 and made[1].begin > 9.4
    assert [word for cue in made for word in cue.text.split()] == spoken


def test_short_lines_stay_as_they_are() -> None:
    assert cues([Line(1.0, 2.0, "Yes."), Line(2.0, 3.0, "好。")]) == [
        Line(1.0, 2.0, "Yes."),
        Line(2.0, 3.0, "好。"),
    ]
    assert cues([Line(0.0, 28.0, "Hm.")]) == [Line(0.0, LONGEST, "Hm.")]
    assert cues([Line(0.0, 1.0, " ")]) == []


def test_what_has_no_length_is_shown_long_enough_to_be_read() -> None:
    hi = Line(8.0, 9.0, "hi", [Word(8.5, 8.4, " hi")])
    assert cues([hi]) == [Line(8.5, 9.0, "hi")]
    assert cues([hi, Line(8.7, 9.7, "You.")]) == [Line(8.5, 8.7, "hi"), Line(8.7, 9.7, "You.")]
    assert cues([hi, hi._replace(speaker="A"), Line(8.7, 9.7, "You.")])[1].end == 8.7


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-0.1, 0.01)), min_size=1, max_size=5))
def test_no_cue_is_written_without_a_length(times: list[tuple[float, float]]) -> None:
    lines = [Line(begin, begin + length, "Hm.") for begin, length in times for _ in range(2)]
    for form in (subrip, webvtt):
        written = lines_in(form(lines))
        assert len(written) == len(lines) and all(one.end > one.begin for one in written)


letters = st.text(st.sampled_from("abc XYZ.,!?計画かナ。、é🎉\u200b  "), min_size=1, max_size=300)


@settings(max_examples=150, deadline=None)
@given(letters, st.floats(0, 1e5), st.floats(0.01, 30))
def test_any_words_fit_on_the_screen(said: str, begin: float, length: float) -> None:
    checked(Line(begin, begin + length, said.strip() or "x"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab c計画。"), min_size=1, max_size=120), max_size=4))
def test_what_is_written_is_read_back(said: list[str]) -> None:
    lines = [Line(10.0 * i, 10.0 * i + 9, " ".join(words.split())) for i, words in enumerate(said)]
    shown = [squeezed(cue.text) for cue in cues(lines)]
    for form in (subrip, webvtt):
        back = lines_in(form(lines))
        assert [squeezed(line.text) for line in back] == shown
        assert all(WIDE > 1 and line.end > line.begin for line in back)


def test_players_markup_and_other_line_ends_are_understood() -> None:
    file = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>One</i>\r\ntwo\r\n\r\njunk\r\n"
    assert lines_in(file) == [Line(1.0, 2.5, "One two")]
    assert lines_in("WEBVTT\n\n01:02.000 --> 01:03.000 line:0\n字幕\n文字\n") == [
        Line(62.0, 63.0, "字幕文字")
    ]
