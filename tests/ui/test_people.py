"""Naming the people of a meeting in the recordings window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from vcam_ui.link.link import DaemonLink
from vcam_ui.windows.recordings.people import PeopleDialog
from vcam_ui.windows.recordings.window import RecordingsWindow

from tests.offline.making import recording
from tests.offline.test_renaming import files, meeting
from tests.ui.rig import cut_off, until
from vcam.daemon.recorder import FOLDER


@pytest.fixture
def result(tmp_path: Path) -> Path:
    folder = tmp_path / "videos" / FOLDER / "Enhanced"
    folder.mkdir(parents=True)
    return meeting(folder, "wav")


@pytest.fixture
def window(link: DaemonLink, result: Path) -> Iterator[RecordingsWindow]:
    window = RecordingsWindow(link, videos=result.parents[2])
    window.show()
    found = window.list.findItems("talk", Qt.MatchFlag.MatchExactly)
    window.list.setCurrentItem(found[0])
    yield window
    for dialog in dialogs(window):
        dialog.player.unload()
    window.close()


@pytest.mark.long
def test_people_are_named(window: RecordingsWindow, result: Path) -> None:
    before = files(result.parent)
    window.people_button.click()
    until(lambda: dialogs(window) != [] and dialogs(window)[0].isVisible())
    (dialog,) = dialogs(window)
    assert [name.text() for name in dialog.names] == ["Zoë", "Person 2", "A&B"]
    assert cut_off(dialog) == []
    hears = [one.accessibleName() for one in dialog.findChildren(QPushButton)]
    assert "Hear Person 2" in hears

    dialog.names[1].clear()
    QTest.keyClicks(dialog.names[1], "a&B,")
    dialog.rename_button.click()
    until(lambda: "'a&B' cannot name one of several files" in dialog.notice.text())
    assert dialog.rename_button.isEnabled() and files(result.parent) == before

    dialog.names[1].setText("Ben")
    QTest.keyClick(dialog.names[1], Qt.Key.Key_Return)
    assert dialog.progress.isVisible()
    until(lambda: dialogs(window) == [])
    assert (result.parent / "talk - Ben.flac").exists()
    said = [window.transcript.item(i).text() for i in range(window.transcript.count())]
    assert said[1] == "0:00  Ben: Zoë: you are ."


def dialogs(window: RecordingsWindow) -> list[PeopleDialog]:
    return window.findChildren(PeopleDialog)


def test_a_recording_of_nobody_has_no_such_button(window: RecordingsWindow, result: Path) -> None:
    assert window.people_button.isVisible()
    recording(result.with_name("alone.wav"), picture=False)
    window.look()
    window.list.setCurrentItem(window.list.findItems("alone", Qt.MatchFlag.MatchExactly)[0])
    assert not window.people_button.isVisible()
