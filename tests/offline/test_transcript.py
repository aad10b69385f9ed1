"""The transcript: speech found and cut at silences, its words in files beside the result."""

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.offline.test_film import film
from vcam.cli import app
from vcam.offline.enhance.targets import planned
from vcam.offline.transcript import model as speech_model
from vcam.offline.transcript import speech
from vcam.offline.transcript.recognise import TranscriptOptions, _converter, refuse_mistakes
from vcam.offline.transcript.speech import LONGEST, RATE, utterances
from vcam.offline.transcript.subtitles import FORMS, Line
from vcam.schema.errors import VcamError


@pytest.fixture(scope="module")
def voice(data_dir: Path) -> np.ndarray:
    """40 s of somebody reading, 16 kHz, full scale 0.5."""
    import soxr

    path = data_dir / "audio" / "clean" / "dev" / "clearvoice__vctk-p234_00.opus"
    sound, rate = soundfile.read(path, dtype="float32", frames=48_000 * 40)
    return soxr.resample(sound, rate, RATE)


def quiet(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (0.001 * rng.standard_normal(round(seconds * RATE))).astype(np.float32)


def test_speech_is_found_and_cut_at_silences(voice: np.ndarray) -> None:
    sound = np.concatenate([quiet(7), voice, quiet(150), voice[: 20 * RATE], quiet(30)])
    pieces = [sound[i : i + 4001] for i in range(0, len(sound), 4001)]
    found = list(utterances(pieces))
    assert all(len(said.sound) <= LONGEST * RATE for said in found)
    for said in found:
        np.testing.assert_array_equal(said.sound, sound[said.begin : said.begin + len(said.sound)])
    covered = np.zeros(len(sound), bool)
    for said in found:
        part = covered[said.begin : said.begin + len(said.sound)]
        assert part.sum() < 0.05 * RATE  # nothing twice
        part[:] = True
    speaks = np.zeros(len(sound), bool)
    speaks[7 * RATE : 47 * RATE] = speaks[197 * RATE : 217 * RATE] = True
    loud = np.abs(sound) > 0.05
    assert covered[loud].mean() > 0.99
    assert (covered & ~speaks).sum() < 2 * RATE
    level = np.sqrt(np.mean(sound[speaks] ** 2))
    for said in found:
        for edge in (said.sound[:800], said.sound[-800:]):
            assert np.sqrt(np.mean(edge**2)) < 0.5 * level


def test_sections_change_nothing(voice: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.concatenate([voice, quiet(5), voice])
    monkeypatch.setattr(speech, "_SECTION", 1000 * RATE)
    whole = [said.begin / RATE for said in utterances([sound])]
    monkeypatch.setattr(speech, "_SECTION", 40 * RATE)
    parts = [said.begin / RATE for said in utterances(np.split(sound, 85))]
    assert abs(len(whole) - len(parts)) <= 1
    assert sum(min(abs(np.array(parts) - begin)) < 0.3 for begin in whole) >= len(whole) - 1


def test_silence_and_noise_are_not_speech() -> None:
    rng = np.random.default_rng(0)
    noise = 0.2 * rng.standard_normal(60 * RATE).astype(np.float32)
    assert list(utterances([quiet(60)])) == []
    assert list(utterances([noise])) == []
    assert list(utterances([])) == []


def test_times_are_those_of_the_result(tmp_path: Path) -> None:
    """A film's sound may begin after its picture; a sound file begins with the sound."""
    source = film(tmp_path / "in.mkv", seconds=3, start=4.0)
    late = tmp_path / "late.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(source), "-itsoffset", "1.5", "-i", str(source)]
        + ["-map", "0:v", "-map", "1:a", "-c", "copy", str(late)],
        check=True,
    )
    for path, begins in ((source, 0.0), (late, 1.5)):
        sound = np.concatenate(list(speech.sound_of(path, film=True)))
        assert abs(np.flatnonzero(np.abs(sound) > 0.1)[0] / RATE - begins) < 0.03
    sound = np.concatenate(list(speech.sound_of(late, film=False)))
    assert np.flatnonzero(np.abs(sound) > 0.1)[0] / RATE < 0.03
    assert abs(len(sound) / RATE - 3) < 0.1


def test_subtitles_are_what_players_read() -> None:
    lines = [Line(0.0, 1.2345, "R&D <now>"), Line(3661.5, 3662.0, "字幕")]
    assert FORMS[".txt"](lines) == "R&D <now>\n字幕\n"
    assert FORMS[".srt"](lines) == (
        "1\n00:00:00,000 --> 00:00:01,234\nR&D <now>\n\n2\n01:01:01,500 --> 01:01:02,000\n字幕\n"
    )
    assert FORMS[".vtt"](lines) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.234\nR&amp;D &lt;now&gt;\n"
        "\n01:01:01.500 --> 01:01:02.000\n字幕\n"
    )
    assert FORMS[".vtt"]([]).startswith("WEBVTT") and FORMS[".srt"]([]) == ""


def test_ffmpeg_reads_the_subtitles(tmp_path: Path) -> None:
    for end in (".srt", ".vtt"):
        lines = [Line(1.0, 2.0, "One"), Line(2.0, 3.5, "two & three")]
        (tmp_path / f"a{end}").write_text(FORMS[end](lines), "utf-8")
        result = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", tmp_path / f"a{end}", "-f", "srt", "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "00:00:02,000 --> 00:00:03,500\ntwo & three" in result.stdout


def test_chinese_comes_in_the_script_that_was_chosen() -> None:
    assert _converter("s2tw")("计算机网络的后台软件") == "計算機網絡的後臺軟件"
    assert _converter("t2s")("這裡的軟體說明") == "这里的软体说明"
    assert _converter(None)("这裡") == "这裡"


def test_wrong_languages_and_models_are_said_before_the_work(tmp_path: Path) -> None:
    for language in ("xx", "zh-HK", "english", "EN"):
        with pytest.raises(VcamError, match=f"no language '{language}'"):
            refuse_mistakes(TranscriptOptions(language))
    for language in ("auto", "en", "zh", "zh-TW", "zh-CN", "yue"):
        refuse_mistakes(TranscriptOptions(language))
    with pytest.raises(VcamError, match="no Whisper model"):
        refuse_mistakes(TranscriptOptions("en", tmp_path))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str | None], Path]]:
    """A server with a model's files; `asked` are the ranges it was asked for."""
    place = tmp_path / "hub" / "Systran" / speech_model.NAME / "resolve" / "main"
    place.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt", "model.bin"):
        (place / name).write_bytes(name.encode() * 200_000)

    class Handler(http.server.SimpleHTTPRequestHandler):
        asked: ClassVar[list[str | None]] = []

        def do_GET(self) -> None:
            self.asked.append(self.headers["Range"])
            data = Path(self.translate_path(self.path)).read_bytes()
            begin = int((self.headers["Range"] or "bytes=0-")[6:-1])
            if begin and begin >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin:])

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "hub"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    yield Handler.asked, place
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder is set by XDG_DATA_HOME")
def test_the_model_is_fetched_once_and_goes_on_after_a_break(
    hub: tuple[list[str | None], Path], tmp_path: Path
) -> None:
    asked, place = hub
    told: list[float] = []
    folder = speech_model.fetched(told.append)
    assert told[-1] == 1.0 and told == sorted(told) and len(asked) == 4
    assert (folder / "model.bin").read_bytes() == (place / "model.bin").read_bytes()
    assert speech_model.fetched(told.append) == folder and len(asked) == 4
    for there in (1000, (place / "model.bin").stat().st_size):
        (folder / "model.bin.part").write_bytes((place / "model.bin").read_bytes()[:there])
        (folder / "model.bin").unlink()
        speech_model.fetched(told.append)
        assert (folder / "model.bin").read_bytes() == (place / "model.bin").read_bytes()
    assert asked[4] == "bytes=1000-" and asked[6] is None


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder is set by XDG_DATA_HOME")
@pytest.mark.long
def test_without_a_connection_the_film_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = film(tmp_path / "in.mp4", seconds=1)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "vcam",
            "enhance",
            str(source),
            "-o",
            str(tmp_path / "o"),
            "--no-lips",
        ]
        + ["--transcript"],
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert result.returncode == 1
    assert result.stdout.strip() == str(tmp_path / "o" / "in.mp4")
    said = [line for line in result.stderr.splitlines() if line.startswith("vcam:")]
    assert len(said) == 1 and "cannot be downloaded (Connection refused)" in said[0]
    assert "--whisper-model" in said[0]
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["in.mp4"]


BESIDE = [lambda target, end=end: target.with_suffix(end) for end in FORMS]


def test_older_transcripts_are_not_replaced(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.2)
    (tmp_path / "out.srt").write_text("mine")
    with pytest.raises(VcamError, match="out.srt exists already"):
        planned([source], tmp_path / "out.mkv", overwrite=False, beside=BESIDE)
    assert planned([source], tmp_path / "out.mkv", overwrite=False) == [tmp_path / "out.mkv"]
    other = film(tmp_path / "in.mkv", seconds=0.2)
    with pytest.raises(VcamError, match="both become"):
        planned([source, other], tmp_path / "o", overwrite=False, beside=BESIDE)


def test_a_language_is_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file after --transcript is a file."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for words in (["--transcript", "gone.mp4"], ["gone.mp4", "--transcript"]):
        result = CliRunner().invoke(app, ["enhance", *words, "-o", str(tmp_path), "--no-lips"])
        assert "gone.mp4" in result.output and result.exit_code == 1
    result = CliRunner().invoke(app, ["enhance", "--transcript", "xx", "a", "-o", str(tmp_path)])
    assert "no language 'xx'" in str(result.exception)


@pytest.mark.skipif(
    "VCAM_WHISPER_MODEL" not in os.environ, reason="VCAM_WHISPER_MODEL names no model's folder"
)
def test_what_was_said_is_written_once_and_where_it_was_said(
    voice: np.ndarray, tmp_path: Path
) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, np.concatenate([quiet(40), voice, quiet(40)]), RATE)
    command = [sys.executable, "-m", "vcam", "enhance", str(source), "--json", "--transcript"]
    command += ["--whisper-model", os.environ["VCAM_WHISPER_MODEL"], "-o"]
    subprocess.run([*command, tmp_path / "whole.wav"], check=True)
    text = (tmp_path / "whole.txt").read_text("utf-8").lower()
    assert text.count("pot of gold") == 1 and text.count("rainbow") == 2
    times = re.findall(r"00:0(\d):(\d\d\.\d+) -->", (tmp_path / "whole.vtt").read_text("utf-8"))
    begins = [60 * int(minutes) + float(seconds) for minutes, seconds in times]
    assert begins == sorted(begins) and 39.5 < begins[0] < 41 and begins[-1] < 80

    job = subprocess.Popen([*command, tmp_path / "out.wav"], stdout=subprocess.PIPE, text=True)
    assert job.stdout is not None
    while not (tmp_path / ".out.wav.part" / "state").exists():
        job.stdout.readline()
    job.kill()
    job.wait()
    job.stdout.close()
    assert not (tmp_path / "out.wav").exists() and not (tmp_path / "out.txt").exists()
    subprocess.run([*command, tmp_path / "out.wav"], check=True)
    for end in (".wav", *FORMS):
        assert (tmp_path / f"out{end}").read_bytes() == (tmp_path / f"whole{end}").read_bytes()
