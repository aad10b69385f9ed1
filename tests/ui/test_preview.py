"""The preview and the line that compares."""

from PySide6.QtCore import (
    QPointF,
    Qt,
)
from PySide6.QtTest import QTest
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.preview import Preview

from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.schema.status import SeenFace


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
    asked = preview.pictures
    until(lambda: preview.pictures > asked)
    shown = view.grab().toImage()
    assert shown.pixelColor(view.width() // 4, y).lightness() < 50
    assert shown.pixelColor(view.width() * 3 // 4, y).lightness() > 200
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.value() > 500
    preview.close()


def test_a_click_on_one_of_several_faces_is_me(
    link: DaemonLink, daemon: ScriptedDaemon, address: str
) -> None:
    faces = [
        SeenFace(id=number, left=left, top=0.2, right=left + 0.2, bottom=0.6, heard=number == 4)
        for number, left in ((1, 0.1), (4, 0.6))
    ]
    preview = Preview(link, address=address)
    preview.resize(400, 300)
    preview.show()
    until(lambda: preview.view.has_picture())

    def click(x: float, y: float) -> None:
        area = preview.view.picture_area()
        at = area.topLeft() + QPointF(x * area.width(), y * area.height())
        QTest.mouseClick(preview.view, Qt.MouseButton.LeftButton, pos=at.toPoint())

    click(0.2, 0.4)
    assert link.settings is not None and link.settings.people == "everyone"  # nobody else is there
    before = preview.view.grab().toImage()
    daemon.status.video.faces = faces
    until(lambda: link.status is not None and len(link.status.video.faces) == 2)
    area, marked = preview.view.picture_area(), preview.view.grab().toImage()
    edges = [
        (area.topLeft() + QPointF(x * area.width(), 0.4 * area.height())).toPoint()
        for x in (0.1, 0.6, 0.4)
    ]
    changed = [marked.pixel(edge) != before.pixel(edge) for edge in edges]
    assert changed == [True, True, False], "the faces are marked, and nothing else"
    assert marked.pixel(edges[0]) != marked.pixel(edges[1]), "one of them is heard"
    click(0.45, 0.4)
    assert link.settings.people == "everyone"
    click(0.7, 0.4)
    until(lambda: (daemon.settings.people, daemon.settings.face) == ("me", 4))
    preview.close()
