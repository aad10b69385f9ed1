"""The settings window and the first run: whole at every size, by keyboard, in both languages."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import (
    QPoint,
    QPointF,
    Qt,
)
from PySide6.QtGui import QAccessible, QColor, QFont, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)
from vcam_ui import theme
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.set_up import SetUp
from vcam_ui.tray import Tray
from vcam_ui.widgets.controls import Slider
from vcam_ui.widgets.device_picker import DevicePicker
from vcam_ui.windows.enhance.dialog import EnhanceDialog
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.windows.first_run import STEPS, FirstRun
from vcam_ui.windows.recordings.window import RecordingsWindow
from vcam_ui.windows.settings.status_page import StatusPage
from vcam_ui.windows.settings.window import PAGES, SettingsWindow
from vcam_ui.words import language

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import Keys, cut_off, picture, until
from vcam.client import PREVIEW_SINK
from vcam.daemon.recorder import FOLDER
from vcam.doctor import Check, Report
from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS
from vcam.schema.status import SeenFace, VideoStatus


def test_what_a_command_mends_has_a_button_until_it_is_mended(window: SettingsWindow) -> None:
    health = window.status.health
    fix = "sudo modprobe v4l2loopback"
    amiss = Check(name="virtual camera", state="missing", detail="not loaded", fix=fix)
    by_hand = Check(name="camera", state="missing", detail="none", fix="Plug in a webcam.")
    health.show_report(Report(ready=False, checks=[by_hand]))
    assert health.mend.isHidden()
    health.show_report(Report(ready=False, checks=[amiss, by_hand]))
    assert not health.mend.isHidden()
    mended = amiss.model_copy(update={"state": "ok", "fix": None})
    health.show_report(Report(ready=True, checks=[mended]))
    assert health.mend.isHidden()


@pytest.mark.long
def test_a_dead_daemon_is_said_and_can_be_started_again(
    link: DaemonLink,
    daemon: ScriptedDaemon,
    window: SettingsWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(link, "start_daemon", lambda: started.append(True))
    window.gone.acted.connect(link.start_daemon)
    tray = Tray(link, EnhanceRunner())
    window.show()
    assert window.gone.isHidden() and not tray.restart.isVisible()
    daemon.end()
    until(lambda: not link.alive)
    assert not window.gone.isHidden() and "not running" in window.gone.text()
    assert tray.restart.isVisible() and not tray.bypass.isEnabled()
    assert tray.icon.toolTip().startswith("Not running")
    daemon.start()
    until(lambda: link.alive and link.settings is not None)
    assert window.gone.isHidden() and not tray.restart.isVisible() and tray.bypass.isEnabled()


def test_a_choice_that_is_not_kept_is_told(window: SettingsWindow, daemon: ScriptedDaemon) -> None:
    unsaved = Reason.of("settings.not_saved", path="/s.toml", error="No space left")
    page = Reason.of("page.only", address="http://127.0.0.1:1/x/")
    window.show()
    daemon.status = daemon.status.model_copy(update={"hints": [unsaved, page]})
    until(lambda: window.hint.text() == str(unsaved))
    daemon.status = daemon.status.model_copy(update={"hints": daemon.status.hints[1:]})
    until(lambda: not window.hint.isVisible())


def test_a_preset_that_a_rule_put_in_force_is_told(
    window: SettingsWindow, daemon: ScriptedDaemon
) -> None:
    preset = Reason.of("presets.in_force", name="Meeting", why="zoom")
    window.show()
    daemon.status = daemon.status.model_copy(update={"preset": preset})
    until(lambda: window.hint.text() == str(preset))


def test_every_setting_of_the_pages_has_a_row_that_follows_it(
    window: SettingsWindow, daemon: ScriptedDaemon
) -> None:
    for page, groups in (
        (window.camera, ("background", "picture")),
        (window.microphone, ("voice",)),
    ):
        controls = {c.accessibleName(): c for c in page.findChildren(QWidget) if c.accessibleName()}
        for one in SETTINGS.values():
            if one.group in groups and (one.states or one.type is int):
                control = controls[one.title]
                assert control.accessibleDescription() == one.help
    feather = next(s for s in window.camera.findChildren(Slider) if s.unit == "px")
    assert (feather.minimum(), feather.maximum()) == (0, 20)
    daemon.command_line(feather=7)
    until(lambda: feather.value() == 7)
    feather.setValue(9)
    until(lambda: daemon.settings.feather == 9)
    daemon.command_line(background="none")
    until(lambda: not feather.isEnabled())


def test_the_wheel_scrolls_the_page_and_changes_nothing(
    window: SettingsWindow, daemon: ScriptedDaemon
) -> None:
    window.resize(1000, 400)
    window.show()
    for name, page in zip(PAGES, (window.camera, window.microphone, window.general), strict=False):
        window.show_page(name)
        area = page.findChildren(QScrollArea)[0]
        bar = area.verticalScrollBar()
        until(lambda bar=bar: bar.maximum() > 0)  # type: ignore[misc]
        for control in (*page.findChildren(QComboBox)[:1], *page.findChildren(Slider)[:1]):
            if control.isVisible() and control.isEnabled():
                area.ensureWidgetVisible(control)
                bar.setValue(max(1, bar.value()))
                before = bar.value()
                place = QPointF(control.mapTo(window, control.rect().center()))
                QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120))
                assert bar.value() < before, control.accessibleName()
    until(lambda: not window._link.unsettled)
    assert daemon.count("set") == 0


def test_an_open_picker_follows_what_is_plugged_in(
    link: DaemonLink, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.command_line(camera="Capture card")
    monkeypatch.setattr(link._devices_timer, "interval", lambda: 50)
    link._devices_timer.setInterval(50)
    picker = DevicePicker(link, "camera")
    picker.show()
    until(lambda: picker.currentText() == "Capture card")
    picker.showPopup()
    daemon.devices = daemon.devices.model_copy(update={"cameras": daemon.devices.cameras[:1]})
    reasons = [Reason.of("camera.unplugged", name="Capture card")]
    video = daemon.status.video.model_copy(update={"reasons": reasons, "source": None})
    daemon.status = daemon.status.model_copy(update={"video": video})
    until(lambda: picker.findText("Capture card (not connected)") >= 0)
    assert picker.view().isVisible()
    picker.hidePopup()
    entries = {picker.itemData(i) for i in range(picker.count())}
    assert entries == {"auto", "Capture card", "Webcam", "demo"}
    assert picker.itemText(0) == "Automatic (Webcam)"
    picker.activated.emit(picker.findData("Webcam"))
    until(lambda: daemon.settings.camera == "Webcam")
    picker.close()


def test_a_device_that_works_is_called_by_its_name_however_it_was_chosen(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    film = tmp_path / "holiday.mp4"
    film.touch()
    camera, microphone = DevicePicker(link, "camera"), DevicePicker(link, "microphone")
    for picker in (camera, microphone):
        picker.show()
    until(lambda: link.devices is not None)
    daemon.command_line(camera="0", microphone="built")
    until(lambda: camera.currentText() == "Webcam" and microphone.currentText() == "Built-in")
    daemon.command_line(camera=str(film))
    until(lambda: camera.currentText() == "holiday.mp4")
    cause = Reason.of("microphone.unknown", name="built", names="none")
    reasons = [Reason.of("microphone.stand_in", cause=cause, name="Other")]
    audio = daemon.status.audio.model_copy(update={"reasons": reasons, "source": "Other"})
    daemon.status = daemon.status.model_copy(update={"audio": audio})
    until(lambda: microphone.currentText() == "built (not connected)")


def test_a_face_is_chosen_by_keys(
    link: DaemonLink, window: SettingsWindow, daemon: ScriptedDaemon
) -> None:
    lips = window.microphone.lips
    window.show_page("microphone")
    window.show()
    assert lips.count() == 2
    daemon.status.video.faces = [
        SeenFace(id=number, left=left, top=0.2, right=left + 0.2, bottom=0.6)
        for number, left in ((4, 0.6), (1, 0.1))
    ]
    until(lambda: lips.count() == 4)
    assert lips.itemText(3) == "Face 2 from the left"
    for _ in range(3):
        QTest.keyClick(lips, Qt.Key.Key_Down)
    until(lambda: daemon.settings.face == 4)
    daemon.status.video.faces = []
    until(lambda: lips.currentText() == "The face you chose")
    assert lips.count() == 3


@pytest.mark.parametrize("code", ["en", "zh_TW"])
@pytest.mark.parametrize("size", [(1000, 620), (1000, 544), (620, 344), (560, 760)])
@pytest.mark.long
def test_nothing_is_cut_off(
    link: DaemonLink,
    daemon: ScriptedDaemon,
    tmp_path: Path,
    address: str,
    size: tuple[int, int],
    code: str,
) -> None:
    daemon.status = daemon.status.model_copy(
        update={
            "video": VideoStatus(
                state="degraded",
                reasons=[Reason.of("camera.unplugged", name="Logitech HD Pro Webcam C920")],
                source="Logitech HD Pro Webcam C920",
                sink="Enhanced Camera (/dev/video10)",
                stages=dict.fromkeys(("convert", "face", "matte", "framing", "background"), 12.3),
            )
        }
    )
    until(lambda: link.status == daemon.status)
    language.install(code)
    try:
        preferences = Preferences(tmp_path / "w.ini")
        shortcuts = Shortcuts(link, preferences, Keys())
        window = SettingsWindow(
            link, preferences, shortcuts, SetUp(), pictures=tmp_path, address=address
        )
        window.status.health.look = lambda: None  # type: ignore[method-assign]
        window.status.health.show_report(
            Report(
                ready=False,
                checks=[
                    Check(
                        name="virtual camera",
                        state="missing",
                        detail="v4l2loopback is not installed",
                        fix="sudo apt install v4l2loopback-dkms && sudo modprobe v4l2loopback "
                        'devices=1 video_nr=10 card_label="Enhanced Camera" exclusive_caps=1',
                    )
                ],
            )
        )
        first_run = FirstRun(link, address=address)
        (tmp_path / "videos" / FOLDER / "Enhanced").mkdir(parents=True)
        for folder in (FOLDER, f"{FOLDER}/Enhanced"):
            (tmp_path / "videos" / folder / "2026-11-21 08.31.46.mp4").touch()
        recordings = RecordingsWindow(link, videos=tmp_path / "videos")
        enhancing = EnhanceDialog(EnhanceRunner())
        enhancing.notice.tell("The recording could not be read; it may be damaged.")
        others: tuple[QWidget, ...] = (recordings, enhancing)
        for one in others:
            one.resize(max(size[0], 600), size[1])
            one.show()
            QTest.qWait(50)
            assert cut_off(one) == [] and one.height() == size[1]
            one.close()
        shown: list[tuple[QWidget, Callable[[Any], None], Iterable[object]]] = [
            (window, window.show_page, PAGES),
            (first_run, first_run.show_step, range(STEPS)),
        ]
        for one, show, views in shown:
            one.resize(*size)
            one.show()
            for view in views:
                show(view)
                QTest.qWait(20)
                assert (one.width(), one.height()) == size
                assert cut_off(one) == []
            one.close()
    finally:
        language.install("en")


def test_in_a_small_window_no_control_of_the_camera_is_cut_off(
    link: DaemonLink, window: SettingsWindow
) -> None:
    area = window.camera.findChildren(QScrollArea)[0]
    window.show()
    for width in (560, 590, 620):
        window.resize(width, 400)
        until(lambda width=width: window.camera.width() > width - 150)  # type: ignore[misc]
        until(lambda: cut_off(window) == [])
        assert area.viewport().height() > 40


def test_a_picture_that_is_refused_beside_others_is_told_until_the_next_choice(
    window: SettingsWindow, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    bad, worse = tmp_path / "bad.png", tmp_path / "worse.png"
    for path in (bad, worse):
        path.write_text("x")
    window.camera.gallery.take_in([bad, picture(tmp_path / "good.png"), worse])
    until(lambda: daemon.settings.background.endswith("good.png"))
    first, second = window.camera.refusal.text().splitlines()
    assert "bad.png" in first and "worse.png" in second
    window.camera.gallery.tiles()[0].click()
    assert window.camera.refusal.text() == ""


@pytest.mark.long
def test_text_of_twice_the_size_is_not_cut_off_and_headings_grow_with_it(
    app: QApplication, link: DaemonLink, window: SettingsWindow
) -> None:
    """WCAG 2.2, 1.4.4."""
    before = app.font()
    large = QFont(before)
    large.setPointSizeF(2 * before.pointSizeF())
    try:
        app.setFont(large)
        theme.apply(app)
        window.resize(1000, 620)
        window.show()
        letters = QFontInfo(large).pixelSize()
        for page in PAGES:
            window.show_page(page)
            QTest.qWait(50)
            assert cut_off(window) == []
        for text in window.findChildren(QLabel):
            if text.property("kind") in ("heading", "title"):
                assert text.fontInfo().pixelSize() > letters
    finally:
        app.setFont(before)
        theme.apply(app)


def test_everything_is_reachable_by_keyboard_and_named(window: SettingsWindow) -> None:
    window.show()
    for page in PAGES:
        window.show_page(page)
        QTest.qWait(10)
        reachable = set()
        start = widget = window.nextInFocusChain()
        while widget is not None:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                reachable.add(widget)
            widget = widget.nextInFocusChain()
            if widget is start:
                break
        for kind in (QAbstractButton, QComboBox, QAbstractSlider):
            for control in window.findChildren(kind):
                parent = control.parentWidget()
                if not control.isVisible() or "qt_" in control.objectName():
                    continue
                if isinstance(parent, QComboBox) or type(control).__name__ == "QScrollBar":
                    continue
                if type(control).__name__ == "CompareView":
                    continue  # by keyboard only while it compares
                if isinstance(control, QAbstractButton) and control.group() is not None:
                    continue  # arrow keys move inside a group
                assert control in reachable or not control.isEnabled(), control
                assert control.accessibleName() or control.property("text"), control


def test_every_drop_down_has_a_label(window: SettingsWindow, link: DaemonLink) -> None:
    """On Linux a drop-down's own name is what is chosen in it."""
    boxes = [*window.findChildren(QComboBox), *FirstRun(link).findChildren(QComboBox)]
    for box in boxes:
        related = [one.object() for one, _ in QAccessible.queryAccessibleInterface(box).relations()]
        assert [one.text() for one in related if isinstance(one, QLabel)] == [box.accessibleName()]


def test_what_is_seen_beside_a_control_is_told_to_screen_readers(window: SettingsWindow) -> None:
    trial, mine = window.microphone.trial, window.microphone.my_voice
    assert trial.live.accessibleDescription() == SETTINGS["monitor"].help
    for control in (mine.learn, mine.forget):
        assert control.accessibleDescription() == SETTINGS["my_voice"].help
    dialog = EnhanceDialog(EnhanceRunner())
    bars = [*window.findChildren(QProgressBar), *dialog.findChildren(QProgressBar)]
    assert [bar.accessibleName() for bar in bars] == ["Recording…", "Enhance a recording"]


def test_the_last_of_the_first_steps_is_scrolled_by_keys(link: DaemonLink) -> None:
    first = FirstRun(link)
    first.resize(first.minimumSize())
    first.show()
    first.show_step(STEPS - 1)
    (area,) = (one for one in first.findChildren(QScrollArea) if one.isVisible())
    QTest.keyClick(first.next, Qt.Key.Key_PageDown)
    assert 0 < area.verticalScrollBar().value() == area.verticalScrollBar().maximum()
    QTest.keyClick(first.back, Qt.Key.Key_PageUp)
    assert area.verticalScrollBar().value() == 0


def test_arrow_keys_turn_the_pages(window: SettingsWindow) -> None:
    window.show()
    first = window.findChildren(QToolButton)[0]
    window.activateWindow()
    first.setFocus()
    until(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert window.page == "microphone"


def test_texts_stand_out_from_what_is_behind_them() -> None:
    def luminance(value: str) -> float:
        parts = [
            c / 255 for c in (QColor(value).red(), QColor(value).green(), QColor(value).blue())
        ]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(a: str, b: str) -> float:
        light, dark = sorted((luminance(a), luminance(b)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for c in (theme.LIGHT, theme.DARK):
        pairs = [(t, b) for t in (c.text, c.muted) for b in (c.window, c.surface, c.sunken)]
        pairs += [(t, c.surface) for t in (c.ok, c.warning, c.danger, c.accent)]
        pairs += [(c.on_accent, c.accent), (c.accent, c.accent_soft)]
        pairs += [(c.text, b) for b in (c.accent_soft, c.warning_soft, c.danger_soft)]
        for text, behind in pairs:
            assert contrast(text, behind) >= 4.5, (text, behind)


def test_the_first_run_ends_after_three_steps(link: DaemonLink, address: str) -> None:
    first_run = FirstRun(link, address=address)
    finished: list[bool] = []
    first_run.finished.connect(lambda: finished.append(True))
    first_run.show()
    for _ in range(3):
        assert not finished
        first_run.next.click()
    assert finished == [True] and not first_run.isVisible()


def test_the_first_run_says_when_no_call_can_select_the_camera(
    link: DaemonLink, daemon: ScriptedDaemon, address: str
) -> None:
    first_run = FirstRun(link, address=address)
    first_run.show_step(STEPS - 1)
    first_run.show()
    texts = first_run.findChildren(QLabel)
    assert any(text.isVisible() and "Every app lists it" in text.text() for text in texts)
    video = daemon.status.video.model_copy(update={"sink": PREVIEW_SINK})
    daemon.status = daemon.status.model_copy(update={"video": video})
    until(lambda: any(text.isVisible() and "cannot select" in text.text() for text in texts))
    assert not any(text.isVisible() and "Every app lists it" in text.text() for text in texts)
    wanted: list[bool] = []
    first_run.status_wanted.connect(lambda: wanted.append(True))
    next(b for b in first_run.findChildren(QPushButton) if b.text() == "What to do").click()
    assert wanted == [True]
    first_run.close()


def test_the_status_page_tells_every_trouble(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    reasons = [Reason.of("portrait.none"), Reason.of("camera.stopped", name="C920")]
    video = VideoStatus(state="degraded", reasons=reasons)
    daemon.status = daemon.status.model_copy(update={"video": video})
    until(lambda: link.status == daemon.status)
    page = StatusPage(link, SetUp())
    said = "\n".join(label.text() for label in page.findChildren(QLabel))
    assert all(str(reason) in said for reason in reasons)
    page.deleteLater()
