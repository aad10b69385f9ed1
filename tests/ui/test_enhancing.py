"""Enhancing recordings from the windows."""

import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from vcam_ui.widgets.setting_controls import SettingSlider, SettingSwitch
from vcam_ui.windows.enhance.dialog import EnhanceDialog
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.words import language

from tests.offline.making import H264, recording
from tests.ui.rig import until
from vcam.offline.enhance.enhancer import Enhanced
from vcam.offline.enhance.job import line_of
from vcam.schema.reasons import Reason
from vcam.schema.recordings import FOR_RECORDINGS
from vcam.schema.settings import SETTINGS


def test_a_recording_is_enhanced_into_a_folder_beside_it(app: QApplication, tmp_path: Path) -> None:
    recording = tmp_path / "talk.wav"
    soundfile.write(recording, np.random.default_rng(1).normal(0, 0.1, 24000), 48000)
    enhancer = EnhanceRunner()
    ended: list[object] = []
    enhancer.done.connect(ended.append)
    enhancer.failed.connect(ended.append)
    enhancer.start([recording])
    until(lambda: bool(ended), 60)
    assert ended == [[tmp_path / "Enhanced" / "talk.wav"]]
    assert soundfile.info(tmp_path / "Enhanced" / "talk.wav").frames == 24000


@pytest.mark.long
def test_an_older_result_is_replaced_only_by_who_says_so(app: QApplication, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.wav", np.zeros(4800), 48000)
    older = tmp_path / "Enhanced" / "talk.wav"
    older.parent.mkdir()
    older.write_bytes(b"older")
    dialog = EnhanceDialog(enhancer := EnhanceRunner())
    dialog.open_when_done.setChecked(False)
    dialog.show()
    dialog.offer([tmp_path / "talk.wav"])
    dialog.start_button.click()
    until(lambda: app.activeModalWidget() is not None)
    question = app.activeModalWidget()
    assert isinstance(question, QMessageBox) and str(older) in question.text()
    assert not enhancer.busy and older.read_bytes() == b"older"
    (replace,) = (one for one in question.buttons() if one.text() == "Replace")
    replace.click()
    until(lambda: dialog.notice.text().startswith("Done"))
    assert soundfile.info(older).frames == 4800
    dialog.close()


def test_what_became_of_each_of_several_recordings_is_said(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [
        Enhanced(tmp_path / "a.mp4", tmp_path / "Enhanced" / "a.mp4"),
        Enhanced(tmp_path / "b.mp4", tmp_path, Reason.of("enhance.fault", path="b", error="boom")),
        Enhanced(tmp_path / "c.mp4", tmp_path, Reason.of("media.still", path="c")),
    ]
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(map(line_of, results)) + "\nEND\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    enhancer = EnhanceRunner()
    done: list[list[Path]] = []
    enhancer.done.connect(done.append)
    dialog = EnhanceDialog(enhancer)
    dialog.open_when_done.setChecked(False)
    dialog.offer([one.source for one in results])
    dialog.start_button.click()
    until(lambda: "boom" in dialog.notice.text())
    assert done == [[tmp_path / "Enhanced" / "a.mp4"]]
    assert dialog.notice.text().splitlines() == [
        f"Done: {tmp_path / 'Enhanced'}",
        "vcam failed at b (boom); enhance it again to go on with it.",
        "c is a picture and no recording; choose a recording.",
    ]
    dialog.close()


@pytest.mark.long
def test_a_file_that_is_no_recording_is_refused_with_a_reason(
    app: QApplication, tmp_path: Path
) -> None:
    noise = tmp_path / "notes.wav"
    noise.write_text("no sound")
    enhancer = EnhanceRunner()
    failed: list[str] = []
    enhancer.failed.connect(failed.append)
    enhancer.start([noise])
    assert enhancer.busy
    until(lambda: bool(failed), 60)
    assert "notes.wav" in failed[0] and not enhancer.busy


@pytest.mark.parametrize(
    "name",
    ["IMG_0001.MOV", "GOPR0001.MP4", "00001.MTS", "talk.m4v", "old.3gp", "memo.amr", "tv.ts",
     "a.wma", "scan.aif", "call.webm", "REC.WAV", "camera.M2TS"],
)  # fmt: skip
def test_the_dialog_shows_what_can_be_enhanced_also_in_capitals(
    app: QApplication, name: str
) -> None:
    window = EnhanceDialog(EnhanceRunner())
    window.choose()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    kinds, everything = dialog.nameFilters()
    patterns = re.findall(r"\*\.\w+", kinds)
    assert any(fnmatchcase(name, pattern) for pattern in patterns)
    assert "(*)" in everything
    dialog.close()
    window.close()


def test_the_dialog_offers_what_a_call_has(app: QApplication, tmp_path: Path) -> None:
    dialog = EnhanceDialog(EnhanceRunner())
    switches = {s.accessibleName(): s for s in dialog.findChildren(SettingSwitch)}
    assert set(switches) == {one.title for one in FOR_RECORDINGS.values() if one.states}
    sliders = {s.accessibleName(): s for s in dialog.findChildren(SettingSlider)}
    assert not sliders["Soft edge"].isEnabled() and dialog.words() == []
    light = switches[SETTINGS["brightness"].title]
    assert not light.isChecked()
    dialog.background.setCurrentIndex(1)
    dialog.background.activated.emit(1)
    assert sliders["Soft edge"].isEnabled() and light.isChecked()
    sliders["Soft edge"].setValue(7)
    switches[SETTINGS["mirror"].title].click()
    assert dialog.words() == [
        *("--set", "background=blur", "--set", "feather=7", "--set", "mirror=on")
    ]
    dialog.close()


def test_what_cannot_be_enhanced_takes_no_chosen_recordings_place(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = EnhanceDialog(enhancer := EnhanceRunner())
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "$@" >> ' + f"{tmp_path}/asked; exec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))

    def drop(url: QUrl) -> None:
        data = QMimeData()
        data.setUrls([url])
        action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        dialog.dropEvent(QDropEvent(QPointF(5, 5), action, data, left, Qt.KeyboardModifier(0)))

    drop(QUrl.fromLocalFile(str(tmp_path / "a.mp4")))
    drop(QUrl("https://example.org/b.mp4"))
    assert dialog.notice.text() == ""
    drop(QUrl.fromLocalFile(str(tmp_path)))
    assert "is a folder" in dialog.notice.text()
    dialog.start_button.click()
    until(lambda: (tmp_path / "asked").is_file())
    dialog.offer([tmp_path / "c.mp4"])
    assert "choose this again afterwards" in dialog.notice.text()
    assert enhancer.underway == [tmp_path / "a.mp4"]
    enhancer.stop()
    dialog.close()


def test_names_are_told_apart_by_the_commas_of_both_languages(app: QApplication) -> None:
    dialog = EnhanceDialog(EnhanceRunner())
    dialog.split_voices.click()
    dialog.names.setText("Ann，小明、Ben,")
    assert dialog.words() == ["--split-voices", "--names", "Ann,小明,Ben"]
    dialog.close()


@pytest.mark.long
def test_the_dialog_speaks_of_its_switches_and_not_of_a_command_line(
    app: QApplication, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "talk.wav", np.zeros(4800), 48000)
    dialog = EnhanceDialog(EnhanceRunner())
    dialog.offer([tmp_path / "talk.wav"])
    switches = {s.accessibleName(): s for s in dialog.findChildren(SettingSwitch)}
    switches[SETTINGS["denoise"].title].click()
    dialog.start_button.click()
    until(lambda: bool(dialog.notice.text()), 60)
    assert dialog.notice.text().startswith("There is nothing to do; leave noise suppression on")
    assert "--" not in dialog.notice.text()
    dialog.close()


@pytest.mark.long
def test_the_dialog_says_what_was_chosen(app: QApplication, tmp_path: Path) -> None:
    """Here one of two sound tracks; in the windows' language."""
    source = recording(tmp_path / "talk.mp4", *H264, "-c:a", "aac", "-map", 0, "-map", 1, "-map", 1)
    language.install("zh_TW")
    try:
        dialog = EnhanceDialog(EnhanceRunner())
        dialog.open_when_done.setChecked(False)
        dialog.offer([source])
        dialog.start_button.click()
        until(lambda: bool(dialog.notice.text()), 60)
    finally:
        language.install("en")
    done, *notes = dialog.notice.text().splitlines()
    assert str(tmp_path / "Enhanced") in done
    assert len(notes) == 1 and "talk.mp4 有 2 條音軌" in notes[0]
    dialog.close()
