"""Every icon, drawn from its outline in the colour and size that is asked for."""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

Look = Literal["live", "sleeping", "degraded", "failed", "bypassed", "muted", "away"]

APP_SIZES = (16, 24, 32, 48, 64, 128, 256)
TRAY_SIZES = (16, 22, 24, 32, 44, 48, 64, 96, 128)

_OUTLINES = {
    "camera": '<circle cx="12" cy="10" r="7"/><circle cx="12" cy="10" r="2.6"/>'
    '<path d="M12 17v3M7.5 20.5h9"/>',
    "microphone": '<rect x="9" y="3" width="6" height="11" rx="3"/>'
    '<path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7"/>',
    "general": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/>'
    '<circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>',
    "status": '<path d="M3 12h4l3-7.5 4.5 15L17.5 12H21"/>',
    "none": '<circle cx="12" cy="12" r="8"/><path d="M6.5 17.500l11-11"/>',
    "blur": '<path d="M12 3.500c3.5 4.2 5.5 7 5.5 10a5.5 5.5 0 0 1-11 0c0-3 2-5.8 5.5-10z"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "bypass": '<path d="M5 6l14 12M9.5 5.500H19v9M14.5 18.500H5v-9"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "mute": '<path d="M9 9v2a3 3 0 0 0 4.500 2.600M15 10.500V6a3 3 0 0 0-5.500-1.700"/>'
    '<path d="M5.5 11.5a6.5 6.5 0 0 0 10 5.500M18.300 13.200a6.500 6.500 0 0 0 .2-1.700"/>'
    '<path d="M12 18v3M8.5 21h7M4 3l16 17"/>',
    "away": '<path d="M4.500 9.500h12v5.500a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5z"/>'
    '<path d="M16.500 11h1.500a2.500 2.500 0 0 1 0 5h-1.600M8.500 3v3M12.500 3v3"/>',
    "record": '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="3.4"/>',
    "play": '<path d="M8 5.5v13l10.5-6.500z"/>',
    "compare": '<path d="M12 3v18M9 8l-4 4 4 4M15 8l4 4-4 4"/>',
    "warning": '<path d="M12 4 2.8 19.500h18.400z"/><path d="M12 10v4.500M12 17v.2"/>',
    "ok": '<circle cx="12" cy="12" r="8.5"/><path d="M8 12.200l2.8 2.800L16 9.5"/>',
    "missing": '<circle cx="12" cy="12" r="8.5"/><path d="M9 9l6 6M15 9l-6 6"/>',
    "copy": '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/>'
    '<path d="M15.5 8.500v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>',
}

_BADGES: dict[Look, str] = {
    "live": '<circle cx="18" cy="18" r="4.8" fill="#1FA463"/>',
    "sleeping": '<path d="M21.8 19.600a5 5 0 1 1-5.6-6.6 4 4 0 0 0 5.6 6.600z" fill="{ink}"/>',
    "degraded": '<path d="M17.5 12.2 23.5 23h-12z" fill="#F2A61E"/>'
    '<path d="M17.5 16v3.200M17.5 21.100v.2" stroke="#2B1D00" stroke-width="1.7"/>',
    "failed": '<circle cx="18" cy="18" r="5.4" fill="#D93025"/>'
    '<path d="M16.2 16.200l3.6 3.600M19.8 16.200l-3.6 3.6" stroke="#fff" stroke-width="1.7"/>',
    "bypassed": "",
    "muted": '<path d="M3 2.500l16 18" stroke="#D93025" stroke-width="2.6" '
    'stroke-linecap="round"/>',
    "away": '<path d="M3 22.200h16" stroke="#D93025" stroke-width="2.6" stroke-linecap="round"/>',
}


def icon(name: str, color: str) -> QIcon:
    """A line icon of `_OUTLINES`; it stays sharp up to 96 pixels."""
    result = QIcon()
    for size in (16, 20, 24, 32, 48, 96):
        result.addPixmap(_draw(_svg(_stroke(_OUTLINES[name], color)), size))
    return result


@cache
def tray_icon(look: Look, *, on_dark: bool) -> QIcon:
    """The tray's icon in every size panels ask for.

    State is told by shape as well as by colour: a disc (live), a moon (sleeping), a triangle
    (degraded), a cross (failed), a stroke through the camera (effects off), a microphone
    that is struck out (muted), a cup (away). A halo of the opposite tone keeps it readable where a
    panel differs from the rest of the desktop.
    """
    ink, halo = ("#F2F4F6", "#101214") if on_dark else ("#20262C", "#FFFFFF")
    result = QIcon()
    for size in TRAY_SIZES:
        result.addPixmap(_draw(_svg(_tray_body(look, ink, halo)), size))
    return result


def app_svg() -> bytes:
    """The windows' icon as an SVG file: the camera on a tile."""
    tile = '<rect x="1" y="1" width="22" height="22" rx="6" fill="#0A6C74"/>'
    body = (
        f'{tile}<g transform="translate(3 3.2) scale(.75)">'
        f"{_stroke(_OUTLINES['camera'], '#FFFFFF')}</g>"
    )
    return _svg(body)


def app_icon() -> QIcon:
    """The windows' icon in the sizes that desktops ask for."""
    result = QIcon()
    for size in APP_SIZES:
        result.addPixmap(_draw(app_svg(), size))
    return result


def _tray_body(look: Look, ink: str, halo: str) -> str:
    device = (
        '<circle cx="11" cy="10" r="7.5"/><circle cx="11" cy="10" r="2.6"/>'
        '<path d="M11 17.500v3M6 21.200h10"/>'
    )
    if look == "bypassed":
        device += '<path d="M2.5 2.500l18.5 18.5"/>'
    if look == "muted":
        device = (
            '<rect x="8" y="2" width="6" height="11" rx="3"/>'
            '<path d="M4.5 10a6.5 6.5 0 0 0 13 0M11 16.500v4M7 21.200h8"/>'
        )
    if look == "away":
        device = (
            '<path d="M4 8.500h12v5a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5z"/>'
            '<path d="M16 10h1.500a2.500 2.500 0 0 1 0 5H16M8 2v3M12 2v3"/>'
        )
    strokes = f'<g stroke-opacity=".38">{_stroke(device, halo, 4.4)}</g>' + _stroke(
        device, ink, 2.2
    )
    if look == "sleeping":
        strokes = f'<g opacity=".72">{strokes}</g>'
    return strokes + _BADGES[look].format(ink=ink)


def _stroke(body: str, color: str, width: float = 1.8) -> str:
    return (
        f'<g fill="none" stroke="{color}" stroke-width="{width}" stroke-linecap="round" '
        f'stroke-linejoin="round">{body}</g>'
    )


def _svg(body: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{body}</svg>'.encode()


def _draw(svg: bytes, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
