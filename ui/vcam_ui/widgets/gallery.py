"""The background gallery: none, blur, the collected pictures, those that come with vcam, and a tile
that takes in new ones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QFile, QRectF, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QFileDialog, QWidget

from vcam.schema.errors import VcamError
from vcam_ui import icons, theme
from vcam_ui.desktop import pictures
from vcam_ui.widgets.files import name_filters
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

_TILE_WIDTH = 88
_GAP = theme.GAP
_THUMBNAIL = QSize(320, 180)
_FIRST_COLOR = "#27594f"


class Tile(QAbstractButton):
    """One background: `value` is what the setting becomes."""

    def __init__(self, value: str, title: str, icon: str = "") -> None:
        super().__init__()
        self.value = value
        self.setText(title)
        self.setToolTip(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.thumbnail = QImage()
        self._icon = icon

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        outline = QPainterPath()
        outline.addRoundedRect(area, 8, 8)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(area, QColor(c.accent_soft if self.isChecked() else c.sunken))
        if not self.thumbnail.isNull():
            painter.drawImage(area, self.thumbnail)
        painter.restore()
        if self.thumbnail.isNull():
            self._paint_title(painter, area, c)
        elif self.value.startswith("#"):
            light = QColor(self.value).lightness() > 140
            painter.setPen(QColor("#101418" if light else "#FFFFFF"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.isChecked() or self.hasFocus():
            color = c.accent if self.isChecked() else c.muted
            painter.setPen(QPen(QColor(color), 3 if self.isChecked() else 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 9, 9)
        if self.isChecked() and self.hasFocus():
            painter.setPen(QPen(QColor(c.surface), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 7, 7)

    def _paint_title(self, painter: QPainter, area: QRectF, c: theme.Colors) -> None:
        color = c.accent if self.isChecked() else c.text
        text_height = painter.fontMetrics().height()
        side = 20.0
        top = area.center().y() - (side + text_height) / 2
        if self._icon:
            box = QRectF(area.center().x() - side / 2, top, side, side)
            icons.icon(self._icon, color).paint(painter, box.toRect())
            text = QRectF(area.left(), top + side, area.width(), text_height + 2)
        else:
            text = area.adjusted(4, 0, -4, 0)
        painter.setPen(QColor(color))
        title = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, int(area.width()) - 6
        )
        painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), title)


def is_picture(background: str) -> bool:
    """Whether this value of the setting is a picture's path."""
    return background not in ("", "none", "blur") and not background.startswith("#")


def _called(picture: Path) -> str:
    shipped = {
        "dusk": tr("Dusk"),
        "harbour": tr("Harbour"),
        "linen": tr("Sunlit wall"),
        "sage": tr("Green wall"),
    }
    return shipped.get(picture.stem, picture.stem)


class Gallery(QWidget):
    """Tiles of equal size in rows. `chosen` carries the setting's new value, `refused` a reason."""

    chosen = Signal(str)
    refused = Signal(str)
    _taken_in = Signal(str)
    _drawn = Signal(str, QImage)

    def __init__(self, where: Path | None = None, *, with_pictures: bool = True) -> None:
        super().__init__()
        self._where = where or pictures.folder()
        self._with_pictures = with_pictures
        self._background = ""
        self._color = _FIRST_COLOR
        self._always = [Tile("none", tr("None"), "none"), Tile("blur", tr("Blur"), "blur")]
        self._tiles = [self._take(tile) for tile in self._always]
        self._thumbnails: dict[str, QImage] = {}
        self.setAccessibleName(tr("Background"))
        self.setAcceptDrops(with_pictures)
        self._taken_in.connect(self._on_taken_in)
        self._drawn.connect(self._on_drawn)
        self.rebuild()

    def tiles(self) -> list[Tile]:
        return self._tiles

    def show_background(self, value: str) -> None:
        """Marks the tile of the background in use; a picture from elsewhere gets one too."""
        if value == self._background:
            return
        self._background = value
        if any(tile.value == value for tile in self._tiles):
            self._mark()
        else:
            self.rebuild()

    def rebuild(self) -> None:
        """Looks at the folder again."""
        before = self._tiles
        self._tiles = [*self._always]
        if self._with_pictures:
            self._tiles.append(self._take(self._color_tile()))
            found = sorted(pictures.collected(self._where), key=lambda p: p.name.lower())
            known = {str(path) for path in found}
            if is_picture(self._background) and self._background not in known:
                found.insert(0, Path(self._background))
            names = {path.name for path in found}
            found += [path for path in pictures.shipped() if path.name not in names]
            for path in found:
                tile = self._take(Tile(str(path), _called(path)))
                self._offer_removal(tile)
                self._tiles.append(tile)
                self._draw_thumbnail(tile)
            self._tiles.append(self._take(Tile("", tr("Add…"), "add")))
            self._tiles[-1].setToolTip(tr("Add a picture, or drop one here"))
        for one, following in pairwise(self._tiles):
            self.setTabOrder(one, following)
        self._keep_focus(before)
        for tile in before:
            if tile not in self._always:
                tile.deleteLater()
        self._mark()
        self._arrange()

    def _take(self, tile: Tile) -> Tile:
        tile.setParent(self)
        tile.setCheckable(bool(tile.value))
        tile.clicked.connect(lambda: self._on_clicked(tile))
        tile.show()
        return tile

    def _keep_focus(self, before: list[Tile]) -> None:
        """On the tile of the same name, else on the one in its place."""
        for place, tile in enumerate(before):
            if tile is self.window().focusWidget() and tile not in self._always:
                named = [one for one in self._tiles if one.text() == tile.text()]
                [*named, *self._tiles[place:], self._tiles[-1]][0].setFocus()

    def take_in(self, files: list[Path]) -> None:
        """Checks and copies pictures in the background; the last good one becomes the choice."""

        def work() -> None:
            last = ""
            for file in files:
                try:
                    last = str(pictures.collect(file, self._where))
                except VcamError as error:
                    self.refused.emit(in_words(error.reason))
            if last:
                self._taken_in.emit(last)

        QThreadPool.globalInstance().start(work)

    def choose_color(self) -> None:
        """Asks for a colour; every colour looked at is tried out in the call at once."""
        dialog = QColorDialog(QColor(self._color), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Background colour"))
        before = self._background
        dialog.currentColorChanged.connect(lambda color: self.chosen.emit(color.name()))
        dialog.rejected.connect(lambda: self.chosen.emit(before))
        self.chosen.emit(self._color)
        dialog.open()

    def choose_file(self) -> None:
        """Asks for a picture with the system's dialog."""
        dialog = QFileDialog(self, tr("Choose a background picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(name_filters(tr("Pictures ({patterns})"), pictures.SUFFIXES))
        dialog.filesSelected.connect(lambda names: self.take_in([Path(n) for n in names]))
        dialog.open()

    def _on_clicked(self, tile: Tile) -> None:
        if not tile.value:
            self.choose_file()
            return
        self._mark()
        if tile.value.startswith("#"):
            self.choose_color()
        elif Path(tile.value) in pictures.shipped():
            self.take_in([Path(tile.value)])  # where vcam itself is may change
        elif tile.value != self._background:
            pictures.mark_used(Path(tile.value))
            self.chosen.emit(tile.value)

    def _on_taken_in(self, value: str) -> None:
        self.rebuild()
        self.chosen.emit(value)

    def _color_tile(self) -> Tile:
        if self._background.startswith("#"):
            self._color = self._background
        tile = Tile(self._color, tr("Colour…"))
        tile.thumbnail = QImage(2, 2, QImage.Format.Format_RGB32)
        tile.thumbnail.fill(QColor(self._color))
        return tile

    def _offer_removal(self, tile: Tile) -> None:
        if Path(tile.value).parent != self._where:
            return
        remove = QAction(tr("Remove from the gallery"), tile)
        remove.setShortcut(Qt.Key.Key_Delete)
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(lambda: self._remove(tile))
        tile.addAction(remove)
        tile.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _remove(self, tile: Tile) -> None:
        file = QFile(tile.value)
        if file.exists() and not file.moveToTrash():
            self.refused.emit(
                tr("{name} could not be removed ({reason}).").format(
                    name=tile.text(), reason=tr("the trash does not take it")
                )
            )
            return
        if tile.value == self._background:
            self.chosen.emit("blur")
        self._background = "" if tile.value == self._background else self._background
        self.rebuild()

    def _draw_thumbnail(self, tile: Tile) -> None:
        value = tile.value
        if value in self._thumbnails:
            tile.thumbnail = self._thumbnails[value]
            return
        QThreadPool.globalInstance().start(
            lambda: self._drawn.emit(value, pictures.thumbnail(Path(value), _THUMBNAIL))
        )

    def _on_drawn(self, value: str, image: QImage) -> None:
        self._thumbnails[value] = image
        for tile in self._tiles:
            if tile.value == value:
                tile.thumbnail = image
                tile.update()

    def _mark(self) -> None:
        for tile in self._tiles:
            tile.setChecked(bool(tile.value) and tile.value == self._background)

    def _columns(self, width: int) -> int:
        return max(2, (width + _GAP) // (_TILE_WIDTH + _GAP))

    def _tile_height(self, width: int) -> int:
        columns = self._columns(width)
        return round((width - _GAP * (columns - 1)) / columns * 9 / 16)

    def _arrange(self) -> None:
        columns, height = self._columns(self.width()), self._tile_height(self.width())
        step = (self.width() + _GAP) / columns
        for i, tile in enumerate(self._tiles):
            x, y = round(i % columns * step), i // columns * (height + _GAP)
            tile.setGeometry(x, y, round(step) - _GAP, height)
        rows = -(-len(self._tiles) // columns)
        self.setFixedHeight(rows * (height + _GAP) - _GAP)

    def sizeHint(self) -> QSize:
        return QSize(3 * (_TILE_WIDTH + _GAP), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _TILE_WIDTH + _GAP, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._highlight(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._highlight(False)
        event.acceptProposedAction()
        files = [url for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.take_in([Path(url.toLocalFile()) for url in files])
        else:
            self.refused.emit(tr("Only pictures on this computer can be added."))

    def _highlight(self, on: bool) -> None:
        self._tiles[-1].setDown(on)
        self._tiles[-1].setText(tr("Drop here") if on else tr("Add…"))
        self._tiles[-1].update()
