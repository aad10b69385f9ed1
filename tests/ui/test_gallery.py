"""The background gallery."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import (
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QUrl,
)
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from vcam_ui.desktop import pictures
from vcam_ui.widgets.gallery import Gallery, Tile

from tests.ui.rig import picture, tab_order, until
from vcam.schema.errors import VcamError


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
    whole: Any = QPoint(5, 5)  # Qt's releases differ in what they declare
    gallery.dragEnterEvent(QDragEnterEvent(whole, action, data, left, none))
    assert gallery.tiles()[-1].text() == "Drop here"
    gallery.dropEvent(QDropEvent(QPointF(5, 5), action, data, left, none))
    until(lambda: bool(chosen) and bool(refused))
    assert chosen == [str(tmp_path / "pictures" / "a.png")] and "bad.png" in refused[0]
    shipped = ["Dusk", "Harbour", "Sunlit wall", "Green wall"]
    texts = [tile.text() for tile in gallery.tiles()]
    assert texts == ["None", "Blur", "Colour…", "a", *shipped, "Add…"]
    gallery.show_background(chosen[0])
    until(lambda: not gallery.tiles()[3].thumbnail.isNull())
    assert gallery.tiles()[3].isChecked()
    (tmp_path / "data").mkdir()  # where the trash is
    gallery.tiles()[3].actions()[0].trigger()
    assert chosen[-1] == "blur" and not pictures.collected(tmp_path / "pictures")
    assert (tmp_path / "data" / "Trash" / "files" / "a.png").is_file()
    gallery.close()


def test_a_background_of_vcams_own_is_kept_where_it_cannot_go_away(
    app: QApplication, tmp_path: Path
) -> None:
    """The program may be moved or removed and put elsewhere."""
    gallery = Gallery(tmp_path / "pictures")
    chosen: list[str] = []
    gallery.chosen.connect(chosen.append)
    before = [tile.text() for tile in gallery.tiles()]
    gallery.tiles()[before.index("Harbour")].click()
    until(lambda: bool(chosen))
    assert chosen == [str(tmp_path / "pictures" / "harbour.webp")] and Path(chosen[0]).is_file()
    gallery.show_background(chosen[0])
    texts = [tile.text() for tile in gallery.tiles()]
    assert sorted(texts) == sorted(before) and gallery.tiles()[texts.index("Harbour")].isChecked()


def test_tab_and_focus_keep_their_place_when_pictures_come_and_go(
    app: QApplication, tmp_path: Path
) -> None:
    where = tmp_path / "pictures"
    where.mkdir()
    picture(where / "a.png")
    (tmp_path / "data").mkdir()  # where the trash is
    gallery, after = Gallery(where), QPushButton("after")
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(gallery)
    column.addWidget(after)
    window.show()

    def focused(name: str) -> Tile:
        (tile,) = (one for one in gallery.tiles() if one.text() == name)
        tile.setFocus()
        return tile

    chosen: list[str] = []
    gallery.chosen.connect(chosen.append)
    QTest.keyClick(focused("Dusk"), Qt.Key.Key_Space)
    until(lambda: bool(chosen))
    until(lambda: tab_order(window) == [*gallery.tiles(), after])
    assert window.focusWidget() in gallery.tiles()
    assert window.focusWidget().accessibleName() == "Dusk"
    focused("a").actions()[0].trigger()
    until(lambda: tab_order(window) == [*gallery.tiles(), after])
    assert window.focusWidget() is gallery.tiles()[3]


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
