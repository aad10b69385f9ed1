"""Recording from the windows, and the window that plays what was recorded."""

import sys
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from vcam_ui.link.link import DaemonLink
from vcam_ui.tray import Tray
from vcam_ui.widgets.setting_controls import SettingSwitch
from vcam_ui.windows.enhance.dialog import EnhanceDialog, time_left
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.recordings import library
from vcam_ui.windows.recordings.library import Line, Recording
from vcam_ui.windows.recordings.window import RecordingsWindow
from vcam_ui.windows.settings.header import Header
from vcam_ui.words.record_news import RecordNews, clock

from tests.archive.test_plan import found, record
from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.archive.index import NAME, bring_up_to_date
from vcam.daemon.recorder import FOLDER
from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS
from vcam.schema.status import RecordStatus

SUBTITLES = """1
00:00:00,000 --> 00:00:01,000
Good morning, everyone.

2
00:00:01,200 --> 00:00:02,400
The budget is
<i>twelve</i> thousand.

nonsense

3
00:00:02,500 --> 00:00:03,000
Goodbye, and mind the budget.
"""


def film(path: Path, light: int, *, seconds: int = 3) -> Path:
    """A film of one grey, with a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=10, options={"g": "5"})
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        sound = output.add_stream("aac", rate=48_000)
        sound.layout = "mono"
        for i in range(10 * seconds):
            i420 = np.full((54, 64), 128, np.uint8)
            i420[:36] = light
            picture = av.VideoFrame.from_ndarray(i420, format="yuv420p")
            picture.pts = i
            output.mux(video.encode(picture))
        tone = np.sin(np.arange(48_000 * seconds) / 20)[None].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        frame.rate, frame.pts = 48_000, 0
        output.mux(sound.encode(frame))
        for stream in (video, sound):
            output.mux(stream.encode())
    return path


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """A meeting that was enhanced and transcribed, and one that was recorded afterwards."""
    videos = tmp_path / "videos"
    film(videos / FOLDER / "meeting.mp4", 60)
    film(videos / FOLDER / "Enhanced" / "meeting.mp4", 200)
    (videos / FOLDER / "Enhanced" / "meeting.srt").write_text(SUBTITLES, "utf-8")
    return videos


def names(window: RecordingsWindow) -> list[str]:
    return [window.list.item(i).text() for i in range(window.list.count())]


def opened(folder: Path) -> list[str]:
    """The files in it that this process has open."""
    paths = (file.path for file in psutil.Process().open_files())
    return [path for path in paths if path.startswith(str(folder))]


def light(window: RecordingsWindow) -> int:
    picture = window.player.grab().toImage()
    return picture.pixelColor(picture.width() // 2, 60).lightness()


def test_recordings_and_enhanced_files_are_found_in_pairs(videos: Path) -> None:
    ours = videos / FOLDER
    alone = film(ours / "later.mp4", 100, seconds=1)
    elsewhere = film(videos / "Enhanced" / "holiday.mp4", 100, seconds=1)
    (ours / "notes.txt").write_text("no film")
    assert set(library.recordings(videos)) == {
        Recording(ours / "meeting.mp4", ours / "Enhanced" / "meeting.mp4"),
        Recording(alone, None),
        Recording(None, elsewhere),
    }
    assert library.recordings(videos / "nowhere") == []


def test_all_that_was_enhanced_is_listed_and_a_film_and_a_sound_of_one_name_both(
    tmp_path: Path,
) -> None:
    ours = tmp_path / FOLDER
    first, again = tmp_path / "Enhanced", tmp_path / "Enhanced" / "Enhanced"
    files = (ours / "talk.mp4", ours / "talk.wav", ours / "Enhanced" / "talk.wav")
    old = (ours / "old.wmv", ours / "old.m4a", ours / "Enhanced" / "old.mp4")
    twice = (first / "trip.mp4", again / "trip.mp4", first / "call.avi")
    for file in (*files, *old, *twice):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert set(library.recordings(tmp_path)) == {
        Recording(files[0], None),
        Recording(files[1], files[2]),
        Recording(old[0], old[2]),
        Recording(old[1], None),
        Recording(twice[0], twice[1]),
        Recording(None, twice[2]),
    }


def test_a_transcript_is_read_line_by_line(videos: Path, tmp_path: Path) -> None:
    found = library.lines_of(videos / FOLDER / "Enhanced" / "meeting.srt")
    assert found == [
        Line(0.0, 1.0, "Good morning, everyone."),
        Line(1.2, 2.4, "The budget is twelve thousand."),
        Line(2.5, 3.0, "Goodbye, and mind the budget."),
    ]
    vtt = tmp_path / "a.vtt"
    vtt.write_text("WEBVTT\n\n00:01.500 --> 01:00:02.000 align:start\nHello\n")
    assert library.lines_of(vtt) == [Line(1.5, 3602.0, "Hello")]
    assert library.lines_of(tmp_path / "gone.srt") == []


@pytest.mark.long
def test_a_recording_is_played_before_and_after_at_the_same_moment(
    link: DaemonLink, videos: Path
) -> None:
    window = RecordingsWindow(link, videos=videos)
    window.show()
    until(lambda: window.player.pictures > 0 and light(window) > 150)
    assert not window.player.playing
    window.player.toggle()
    until(lambda: window.player.position > 0.8)
    window.player.original.click()
    until(lambda: light(window) < 100 and window.player.playing)
    assert window.player.position > 0.7
    window.close()
    window.look()
    assert not window.player.playing and opened(videos) == []
    seen = window.player.pictures
    window.show()
    until(lambda: window.player.pictures > seen)
    window.player.toggle()
    until(lambda: window.player.playing)
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_line_is_clicked_searched_and_taken_along(
    link: DaemonLink, videos: Path, tmp_path: Path
) -> None:
    film(videos / FOLDER / "later.mp4", 100, seconds=1)
    window = RecordingsWindow(link, videos=videos)
    window.show()
    window.list.setCurrentRow(names(window).index("meeting"))
    until(lambda: window.player.pictures > 0)
    lines = [window.transcript.item(i).text() for i in range(window.transcript.count())]
    assert lines[1] == "0:01  The budget is twelve thousand."
    box = window.transcript.visualItemRect(window.transcript.item(1))
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(window.transcript.viewport(), left, pos=box.center())
    until(lambda: 1.1 < window.player.position < 1.3)

    window.search.setFocus()
    QTest.keyClicks(window.search, "budget")
    until(lambda: names(window) == ["meeting"])
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    until(lambda: window.player.position > 2.4)
    assert window.transcript.currentRow() == 2
    QTest.keyClicks(window.search, "x")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert names(window) == [] and not window.export_button.isEnabled()
    window.search.clear()
    until(lambda: len(names(window)) == 2)

    window.list.setCurrentRow(names(window).index("meeting"))
    window.save_transcript(tmp_path / "out.txt")
    window.save_transcript(tmp_path / "out.srt")
    assert (tmp_path / "out.txt").read_text("utf-8").splitlines()[0] == "Good morning, everyone."
    assert (tmp_path / "out.srt").read_text("utf-8") == SUBTITLES
    window.save_transcript(tmp_path / "no folder" / "out.txt")
    assert "out.txt could not be written" in window.notice.text()
    window.notice.tell("")
    transcript = videos / FOLDER / "Enhanced" / "meeting.srt"
    window.save_transcript(transcript)
    assert window.notice.text() == "" and transcript.read_text("utf-8") == SUBTITLES

    wanted: list[list[Path]] = []
    window.enhance_wanted.connect(wanted.append)
    window.enhance_button.click()
    assert wanted == [[videos / FOLDER / "meeting.mp4"]]
    window.close()


def test_new_recordings_appear_and_broken_ones_are_said(link: DaemonLink, videos: Path) -> None:
    window = RecordingsWindow(link, videos=videos)
    window.show()
    assert names(window) == ["meeting"]
    broken = videos / FOLDER / "broken.mp4"
    broken.write_bytes(b"no film at all")
    until(lambda: "broken" in names(window))
    assert window.chosen is not None and window.chosen.name == "meeting"
    window.list.setCurrentRow(names(window).index("broken"))
    until(lambda: "broken.mp4 cannot be played" in window.notice.text())
    window.list.setCurrentRow(names(window).index("meeting"))
    assert window.notice.text() == ""
    window.close()


def test_an_archive_is_opened_searched_and_closed(
    link: DaemonLink, videos: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    for name in ("2025/talk", "2026/talk"):
        film(archive / f"{name}.mp4", 100, seconds=1)
    (archive / "2026" / "talk.srt").write_text(SUBTITLES, "utf-8")
    (archive / "later.mp4").write_bytes(b"not from the archive")
    records = {
        f"{name}.mov": record(found(f"{name}.mov"), name, files=(f"{name}.mp4", f"{name}.srt"))
        for name in ("2025/talk", "2026/talk")
    }
    bring_up_to_date(archive / NAME, records, lambda _: {"2026/talk.srt": SUBTITLES.encode()})
    window = RecordingsWindow(link, videos=videos)
    window.show()
    window.open_archive(archive)
    assert names(window) == [str(Path("2025/talk")), str(Path("2026/talk"))]
    QTest.keyClicks(window.search, "twelve BUDGET")
    until(lambda: names(window) == [str(Path("2026/talk"))])
    assert window.transcript.currentRow() == 1
    window.search.setText("2025")
    until(lambda: names(window) == [str(Path("2025/talk"))])
    window.search.clear()
    until(lambda: len(names(window)) == 2)
    window.open_archive(videos)
    assert "is no index of an archive" in window.notice.text() and len(names(window)) == 2
    window.archive_button.click()
    assert names(window) == ["meeting"]
    window.close()


def test_an_empty_folder_says_how_to_begin(link: DaemonLink, tmp_path: Path) -> None:
    window = RecordingsWindow(link, videos=tmp_path / "nothing")
    window.show()
    assert not window.enhance_button.isEnabled() and not window.player.play_button.isEnabled()
    window.close()


def test_a_recordings_length_and_end_are_told(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    tray, header = Tray(link, EnhanceRunner()), Header(link)
    header.resize(900, 60)
    told: list[tuple[str, str]] = []
    news = RecordNews(link)
    news.told.connect(lambda title, text: told.append((title, text)))

    def now(record: RecordStatus) -> None:
        daemon.status = daemon.status.model_copy(update={"record": record})
        until(lambda: link.status is not None and link.status.record == record)

    now(RecordStatus(state="recording", file="/v/a.mp4", seconds=187.4))
    assert tray.record.text() == "Recording: 3:07" and told == []
    assert tray.icon.toolTip().splitlines()[-1] == "Recording: 3:07"
    assert header.record.text() == "3:07"
    now(RecordStatus(state="finishing", file="/v/a.mp4", seconds=188))
    now(RecordStatus(state="off", file="/v/a.mp4", seconds=188))
    assert tray.record.text() == "Record" and told == [("The recording is saved", "a.mp4")]
    now(RecordStatus(state="recording", file="/v/b.mp4", seconds=3661))
    now(RecordStatus(state="failed", file="/v/b.mp4", reason=Reason.of("record.no_picture")))
    assert told[1:] == [("The recording has ended", "No picture came, so nothing was recorded.")]
    now(RecordStatus(state="recording", file="/v/c.mp4", seconds=5))
    now(RecordStatus())  # of a daemon that was started anew
    assert told[2][0] == "The recording has ended" and "is kept" in told[2][1]
    still = Reason.of("record.stands_still", path="/v/d.mp4")
    now(RecordStatus(state="recording", file="/v/d.mp4", seconds=5))
    now(RecordStatus(state="recording", file="/v/d.mp4", seconds=5, reason=still))
    now(RecordStatus(state="finishing", file="/v/d.mp4", seconds=5, reason=still))
    now(RecordStatus(state="off", file="/v/d.mp4", seconds=5))
    titles = [title for title, _ in told[3:]]
    assert titles == ["The recording stands still", "The recording is saved"]
    assert clock(3661) == "1:01:01"


def test_a_result_that_is_made_anew_on_windows_is_not_held_open_by_its_player(
    link: DaemonLink, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(program))
    result = str(videos / FOLDER / "Enhanced" / "meeting.mp4")
    enhancer = EnhanceRunner()
    window = RecordingsWindow(link, videos=videos)
    window.follow(enhancer)
    window.show()

    def held() -> bool:
        return result in opened(videos)

    until(held)
    enhancer.start([videos / FOLDER / "meeting.mp4"])
    until(lambda: not held())
    enhancer.cancel()
    until(held)
    window.close()
    until(lambda: not held())


@pytest.mark.long
def test_choices_become_options_and_a_run_can_be_cancelled(
    link: DaemonLink, videos: Path, tmp_path: Path
) -> None:
    enhancer = EnhanceRunner()
    dialog = EnhanceDialog(enhancer)
    dialog.show()
    assert not dialog.start_button.isEnabled()
    long = film(tmp_path / "long.mp4", 90, seconds=400)
    dialog.offer([long])
    switches = {s.accessibleName(): s for s in dialog.findChildren(SettingSwitch)}
    switches[SETTINGS["lips"].title].click()
    assert dialog.words() == ["--set", "lips=off"]
    dialog.start_button.click()
    assert dialog.progress.isVisible() and not dialog.start_button.isEnabled()
    until(lambda: enhancer.part > 0.02, 60)
    dialog.cancel_button.click()
    until(lambda: not enhancer.busy)
    assert not dialog.progress.isVisible() and dialog.notice.text() == ""
    assert list((tmp_path / "Enhanced").glob("*.mp4")) == []
    dialog.close()
    assert time_left(0.25, 150) == "25 % done  ·  about 3 minutes left"
    assert time_left(0.25, 3595) == "25 % done  ·  about 1:01 hours left"
    assert time_left(0.0, None) == "0 % done"
