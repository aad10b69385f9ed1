"""The tray and its windows against the real control server, on Qt's offscreen platform."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)  # OpenCV points it at its own Qt
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QEvent,
    QIODevice,
    QMimeData,
    QPointF,
    Qt,
    QThreadPool,
    QUrl,
)
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QColorDialog,
    QComboBox,
    QLabel,
    QScrollArea,
    QToolButton,
    QWidget,
)

from tests.scripted_daemon import ScriptedDaemon
from ui import autostart, icons, language, pictures, theme
from ui.app import Program
from ui.channel import Channel
from ui.controls import ElidedLabel
from ui.device_picker import DevicePicker
from ui.enhance import Enhancer
from ui.findings import in_words
from ui.first_run import STEPS, FirstRun
from ui.gallery import Gallery
from ui.link import DaemonLink
from ui.preferences import Preferences
from ui.presence import presence
from ui.preview import Preview
from ui.settings_window import PAGES, SettingsWindow
from ui.tray import Tray
from vcam.doctor import Check, Report
from vcam.errors import VcamError
from vcam.settings import Settings
from vcam.status import AudioStatus, Status, VideoStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")

FOLDER = Path(__file__).parent.parent


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Lets Qt work until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        QTest.qWait(5)


def jpeg(color: str) -> bytes:
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(buffer.data().data())


def picture(path: Path, width: int = 320, height: int = 180, color: str = "steelblue") -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    assert image.save(str(path))
    return path


@pytest.fixture(scope="module")
def app() -> Iterator[QApplication]:
    app = QApplication.instance() or QApplication(["vcam"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    yield app


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(DaemonLink, "start_daemon", lambda self: None)
    yield
    QThreadPool.globalInstance().waitForDone()
    for widget in QApplication.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def daemon(app: QApplication, tmp_path: Path) -> Iterator[ScriptedDaemon]:
    # The path of a Unix socket may be no longer than about 100 bytes.
    path = Path(os.path.relpath(tmp_path)) / "s"
    running = ScriptedDaemon(path, pictures=(jpeg("black"), jpeg("white")))
    yield running
    running.end()


@pytest.fixture
def address(daemon: ScriptedDaemon, tmp_path: Path) -> str:
    return str(tmp_path / "s")


@pytest.fixture
def link(daemon: ScriptedDaemon, address: str) -> Iterator[DaemonLink]:
    link = DaemonLink(address=address)
    link.open()
    until(lambda: link.alive and link.settings is not None)
    yield link
    link.close()


@pytest.fixture
def window(link: DaemonLink, tmp_path: Path, address: str) -> Iterator[SettingsWindow]:
    window = SettingsWindow(
        link,
        Preferences(tmp_path / "w.ini"),
        Enhancer(),
        pictures=tmp_path / "pictures",
        address=address,
    )
    window.status.health.look = lambda: None  # type: ignore[method-assign]
    yield window
    window.close()
    window.deleteLater()


def test_the_menu_shows_what_was_changed_elsewhere(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    tray = Tray(link, Enhancer())
    assert tray.denoise.isChecked() and not tray.bypass.isChecked()
    daemon.command_line(denoise=False, bypass=True, lips="off", background="none")
    until(lambda: not tray.denoise.isChecked() and tray.bypass.isChecked())
    assert not tray.lips.isChecked()
    checked = [a.text() for a in tray.background.actions() if a.isChecked()]
    assert checked == ["None"]
    assert tray.icon.toolTip().startswith("All effects are off")


@pytest.mark.parametrize(
    ("entry", "key", "value"),
    [
        ("brightness", "brightness", False),
        ("denoise", "denoise", False),
        ("lips", "lips", "off"),
        ("bypass", "bypass", True),
        ("pause", "pause", True),
    ],
)
def test_a_menu_entry_changes_its_setting(
    link: DaemonLink, daemon: ScriptedDaemon, entry: str, key: str, value: object
) -> None:
    tray = Tray(link, Enhancer())
    getattr(tray, entry).trigger()
    until(lambda: getattr(daemon.settings, key) == value)
    until(lambda: not link.unsettled)
    assert getattr(link.settings, key) == value


def test_the_menu_offers_recent_pictures(
    link: DaemonLink, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(7):
        os.utime(picture(folder / f"room {i}.png"), (i, i))
    tray = Tray(link, Enhancer(), where=folder)
    names = [a.text() for a in tray.background.actions() if a.data()]
    assert names == ["None", "Blur", "room 6", "room 5", "room 4", "room 3", "room 2"]
    tray.background.actions()[3].trigger()
    until(lambda: daemon.settings.background == str(folder / "room 6.png"))


def test_a_refused_change_is_said_and_taken_back(link: DaemonLink, tmp_path: Path) -> None:
    said: list[str] = []
    link.said.connect(said.append)
    link.set(background=str(tmp_path / "gone.png"))
    until(lambda: bool(said))
    assert "gone.png" in said[0]
    until(lambda: link.settings is not None and link.settings.background == "blur")


def test_two_hundred_toggles_end_where_the_last_one_said(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    tray = Tray(link, Enhancer())
    for _ in range(201):
        tray.bypass.trigger()
        QApplication.processEvents()
    until(lambda: not link.unsettled)
    until(lambda: daemon.settings.bypass and tray.bypass.isChecked())


def test_a_dead_daemon_is_said_and_can_be_started_again(
    link: DaemonLink,
    daemon: ScriptedDaemon,
    window: SettingsWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(link, "start_daemon", lambda: started.append(True))
    window.gone.acted.connect(link.start_daemon)
    tray = Tray(link, Enhancer())
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


def test_a_daemon_that_does_not_answer_counts_as_gone(app: QApplication, tmp_path: Path) -> None:
    from PySide6.QtNetwork import QLocalServer

    silent = QLocalServer()
    assert silent.listen(str(tmp_path / "silent"))
    channel = Channel(address=str(tmp_path / "silent"), patience_s=0.1)
    lost: list[bool] = []
    channel.lost.connect(lambda: lost.append(True))
    channel.opened.connect(lambda: channel.call("status"))
    channel.open()
    until(lambda: bool(lost))
    channel.close()


@pytest.mark.parametrize(
    ("status", "settings", "look"),
    [
        (None, None, "failed"),
        (Status(), Settings(), "sleeping"),
        (Status(video=VideoStatus(state="live")), Settings(), "live"),
        (Status(video=VideoStatus(state="live")), Settings(bypass=True), "muted"),
        (Status(video=VideoStatus(state="live")), Settings(pause=True), "sleeping"),
        (
            Status(
                video=VideoStatus(state="live"), audio=AudioStatus(state="degraded", reason="Why.")
            ),
            Settings(bypass=True),
            "degraded",
        ),
        (
            Status(video=VideoStatus(state="failed"), audio=AudioStatus(state="degraded")),
            Settings(),
            "failed",
        ),
    ],
)
def test_the_look_tells_the_worst(
    app: QApplication, status: Status | None, settings: Settings | None, look: str
) -> None:
    assert presence(status, settings).look == look


def test_the_tooltip_says_who_reads(app: QApplication) -> None:
    status = Status(
        video=VideoStatus(state="live", reader_present=True, readers=["zoom"]),
        audio=AudioStatus(state="live", reader_present=True, readers=["firefox", "zoom"]),
    )
    lines = presence(status, Settings()).tooltip.splitlines()
    assert lines == ["Live", "Camera: used by zoom", "Microphone: used by firefox, zoom"]


def test_every_look_has_an_icon_of_its_own(app: QApplication) -> None:
    for dark in (True, False):
        drawn = [
            icons.tray_icon(look, on_dark=dark).pixmap(22, 22).toImage()
            for look in ("live", "sleeping", "degraded", "failed", "muted")
        ]
        assert all(a != b for i, a in enumerate(drawn) for b in drawn[:i])


def test_the_preview_is_fetched_while_it_can_be_seen(
    link: DaemonLink, daemon: ScriptedDaemon, address: str
) -> None:
    preview = Preview(link, address=address)
    QTest.qWait(50)
    assert daemon.count("preview") == 0
    preview.show()
    until(lambda: preview.pictures >= 2)
    preview.hide()
    assert not preview.fetching
    asked = daemon.count("preview")
    QTest.qWait(300)
    assert daemon.count("preview") <= asked + 1
    preview.show()
    preview.showMinimized()
    until(lambda: not preview.fetching)
    preview.close()


def test_comparing_shows_before_left_of_the_line(
    link: DaemonLink, daemon: ScriptedDaemon, address: str
) -> None:
    preview = Preview(link, address=address)
    preview.resize(400, 300)
    preview.show()
    until(lambda: preview.view.has_picture())
    view = preview.view
    y = view.height() * 3 // 4
    plain = view.grab().toImage()
    assert plain.pixelColor(view.width() // 4, y).lightness() > 200
    preview.compare_button.click()
    view.setValue(500)
    shown = view.grab().toImage()
    assert shown.pixelColor(view.width() // 4, y).lightness() < 50
    assert shown.pixelColor(view.width() * 3 // 4, y).lightness() > 200
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.value() > 500
    preview.close()


def test_pictures_that_cannot_be_used_are_refused_with_a_reason(tmp_path: Path) -> None:
    where = tmp_path / "pictures"
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    liar = tmp_path / "liar.jpg"
    liar.write_text("no picture either")
    good = picture(tmp_path / "room.jpg").read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(good[: len(good) // 8])
    small = picture(tmp_path / "small.png", 40, 30)
    for bad, reason in (
        (text, "not a JPEG"),
        (liar, "cannot be read"),
        (cut, "cannot be read"),
        (small, "too small"),
        (tmp_path, "folder"),
        (tmp_path / "gone.png", "not there"),
    ):
        with pytest.raises(VcamError, match=reason):
            pictures.collect(bad, where)
    assert pictures.collected(where) == []
    first = pictures.collect(tmp_path / "room.jpg", where)
    second = pictures.collect(tmp_path / "room.jpg", where)
    assert first.name == "room.jpg" and second.name == "room 2.jpg"
    assert {p.name for p in where.iterdir()} == {"room.jpg", "room 2.jpg"}


def test_the_gallery_takes_dropped_pictures_in(app: QApplication, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "pictures")
    gallery.resize(340, 200)
    gallery.show()
    chosen: list[str] = []
    refused: list[str] = []
    gallery.chosen.connect(chosen.append)
    gallery.refused.connect(refused.append)
    (tmp_path / "bad.png").write_text("x")
    data = QMimeData()
    data.setUrls(
        [QUrl.fromLocalFile(str(p)) for p in (tmp_path / "bad.png", picture(tmp_path / "a.png"))]
    )
    action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    gallery.dragEnterEvent(QDragEnterEvent(QPointF(5, 5), action, data, left, none))
    assert gallery.tiles()[-1].text() == "Drop here"
    gallery.dropEvent(QDropEvent(QPointF(5, 5), action, data, left, none))
    until(lambda: bool(chosen) and bool(refused))
    assert chosen == [str(tmp_path / "pictures" / "a.png")] and "bad.png" in refused[0]
    assert [tile.text() for tile in gallery.tiles()] == ["None", "Blur", "Colour…", "a", "Add…"]
    gallery.show_background(chosen[0])
    until(lambda: not gallery.tiles()[3].thumbnail.isNull())
    assert gallery.tiles()[3].isChecked()
    gallery.tiles()[3].actions()[0].trigger()
    assert chosen[-1] == "blur" and not pictures.collected(tmp_path / "pictures")
    gallery.close()


def test_a_colour_is_tried_out_and_can_be_taken_back(app: QApplication, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "pictures")
    gallery.show_background("#102030")
    chosen: list[str] = []
    gallery.chosen.connect(chosen.append)
    assert gallery.tiles()[2].isChecked()
    gallery.tiles()[2].click()
    dialog = gallery.findChild(QColorDialog)
    assert dialog is not None
    dialog.setCurrentColor(QColor("#ff0000"))
    assert chosen[-1] == "#ff0000"
    dialog.reject()
    assert chosen[-1] == "#102030"


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
    until(lambda: picker.findText("Capture card (not connected)") >= 0)
    assert picker.view().isVisible()
    picker.hidePopup()
    entries = {picker.itemData(i) for i in range(picker.count())}
    assert entries == {"auto", "Capture card", "Webcam", "demo"}
    assert picker.itemText(0) == "Automatic (Webcam)"
    picker.activated.emit(picker.findData("Webcam"))
    until(lambda: daemon.settings.camera == "Webcam")
    picker.close()


def test_the_catalogue_is_complete_and_compiled(app: QApplication, tmp_path: Path) -> None:
    source = FOLDER / "ui" / "translations" / "vcam_zh_TW.ts"
    assert "unfinished" not in source.read_text("utf-8")
    compiled = tmp_path / "vcam_zh_TW.qm"
    bin_folder = Path(sys.executable).parent
    subprocess.run(
        [bin_folder / "pyside6-lrelease", source, "-qm", compiled], check=True, capture_output=True
    )
    assert compiled.read_bytes() == source.with_suffix(".qm").read_bytes()
    fresh = tmp_path / "fresh.ts"
    files = sorted(str(p) for p in (FOLDER / "ui").glob("*.py"))
    subprocess.run(
        [bin_folder / "pyside6-lupdate", *files, "-locations", "none", "-ts", fresh],
        check=True,
        capture_output=True,
    )
    known = source.read_text("utf-8").count("<source>")
    assert fresh.read_text("utf-8").count("<source>") == known


def test_the_doctors_sentences_are_translated(app: QApplication) -> None:
    says = (FOLDER / "vcam" / "doctor.py").read_text() + (
        FOLDER / "vcam" / "devices.py"
    ).read_text()
    catalogue = (FOLDER / "ui" / "findings.py").read_text()
    known = re.findall(r'^        "(.+?)": tr\(', catalogue, re.MULTILINE)
    assert len(known) >= 5 and [sentence for sentence in known if sentence not in says] == []
    try:
        language.install("zh_TW")
        assert in_words("Install vcam again.") == "請重新安裝 vcam。"
        assert in_words("something new") == "something new"
    finally:
        language.install("en")


def test_windows_speak_chinese(app: QApplication) -> None:
    try:
        assert language.install("zh_TW") == "zh_TW"
        assert language.tr("Blur") == "模糊"
    finally:
        language.install("en")
    assert language.tr("Blur") == "Blur"


@pytest.mark.parametrize("code", ["en", "zh_TW"])
@pytest.mark.parametrize("size", [(1000, 620), (1000, 544), (620, 344), (560, 760)])
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
                reason="The camera Logitech HD Pro Webcam C920 was unplugged; plug it in again.",
                source="Logitech HD Pro Webcam C920",
                sink="Enhanced Camera (/dev/video10)",
            )
        }
    )
    until(lambda: link.status == daemon.status)
    language.install(code)
    try:
        window = SettingsWindow(
            link, Preferences(tmp_path / "w.ini"), Enhancer(), pictures=tmp_path, address=address
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
        for one, views in ((window, PAGES), (first_run, range(STEPS))):
            one.resize(*size)
            one.show()
            for view in views:
                one.show_page(view) if one is window else one.show_step(view)  # type: ignore
                QTest.qWait(20)
                assert (one.width(), one.height()) == size
                assert cut_off(one) == []
            one.close()
    finally:
        language.install("en")


def cut_off(window: QWidget) -> list[str]:
    """Texts that do not fit their widget and widgets that stick out of the window."""
    found = []
    for area in window.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{area.widget().width()} wide in {area.viewport().width()}")
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        name = f"{type(widget).__name__} {widget.property('text') or ''}"
        if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel):
            if widget.wordWrap() and widget.height() < widget.heightForWidth(widget.width()):
                found.append(f"{name} is too low")
            if not widget.wordWrap() and widget.width() < widget.minimumSizeHint().width():
                found.append(f"{name} is too narrow")
        if isinstance(widget, QAbstractButton | QComboBox | QAbstractSlider):
            least = widget.minimumSizeHint()
            if widget.width() < least.width() or widget.height() < least.height():
                found.append(f"{name} is too small")
        left = widget.mapTo(window, widget.rect().topLeft()).x()
        if left < 0 or left + widget.width() > window.width():
            found.append(f"{name} sticks out")
    return found


def test_everything_is_reachable_by_keyboard_and_named(window: SettingsWindow) -> None:
    window.show()
    for page in PAGES:
        window.show_page(page)
        QTest.qWait(10)
        reachable = set()
        start = widget = window.nextInFocusChain()
        while True:
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


def test_without_a_tray_the_window_opens_and_says_why(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Tray.possible(), "the offscreen platform has no tray"
    monkeypatch.setattr("ui.app._TRAY_MS", 10)
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.window is not None and program.window.isVisible())
    assert program.window is not None and "no tray icons" in program.window.notice.text()
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.window.close()
    until(lambda: left == [True])
    assert daemon.count("stop") == 0


def test_the_language_changes_at_once(
    daemon: ScriptedDaemon, app: QApplication, address: str
) -> None:
    Preferences().first_run_done = True
    program = Program(app, settings=True, address=address)
    try:
        assert program.window is not None
        program.window.show_page("general")
        program.window.general.language_chosen.emit("zh_TW")
        assert program.window.page == "general" and Preferences().language == "zh_TW"
        assert program.tray is not None and program.tray.background.title() == "背景"
    finally:
        language.install("en")
        program.link.close()
        program.window.close()


def test_quitting_asks_when_a_call_goes_on(
    daemon: ScriptedDaemon, app: QApplication, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.status.video.readers.append("zoom")
    Preferences().first_run_done = True
    program = Program(app, settings=False, address=address)
    until(lambda: program.link.alive)
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True))
    program.quit()
    until(lambda: isinstance(app.activeModalWidget(), QWidget))
    QTest.keyClick(app.activeModalWidget(), Qt.Key.Key_Return)
    until(lambda: left == [True])
    assert daemon.count("stop") == 0


def test_a_recording_is_enhanced_into_a_folder_beside_it(app: QApplication, tmp_path: Path) -> None:
    recording = tmp_path / "talk.wav"
    soundfile.write(recording, np.random.default_rng(1).normal(0, 0.1, 24000), 48000)
    enhancer = Enhancer()
    ended: list[str] = []
    enhancer.done.connect(ended.append)
    enhancer.failed.connect(ended.append)
    enhancer.start([recording])
    until(lambda: bool(ended), 60)
    assert ended == [str(tmp_path / "Enhanced")]
    assert soundfile.info(tmp_path / "Enhanced" / "talk.wav").frames == 24000


def test_a_file_that_is_no_recording_is_refused_with_a_reason(
    app: QApplication, tmp_path: Path
) -> None:
    noise = tmp_path / "notes.wav"
    noise.write_text("no sound")
    enhancer = Enhancer()
    failed: list[str] = []
    enhancer.failed.connect(failed.append)
    enhancer.start([noise])
    assert enhancer.busy
    until(lambda: bool(failed), 60)
    assert "notes.wav" in failed[0] and not enhancer.busy


def test_autostart_comes_and_goes() -> None:
    assert not autostart.enabled()
    autostart.enable(True)
    assert autostart.enabled()
    if sys.platform == "linux":
        entry = autostart._file().read_text()
        assert "Exec=" in entry and "vcam tray" in entry
    autostart.enable(False)
    assert not autostart.enabled()


def test_heavy_libraries_stay_out_of_the_process() -> None:
    code = (
        "import sys, ui.app, vcam.control; "
        "sys.exit(bool({'cv2', 'onnxruntime', 'scipy', 'av', 'sounddevice'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER).returncode == 0
