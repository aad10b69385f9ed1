"""Colours, spacing and the style sheet, for light and dark desktops.

Every text colour has a contrast of at least 4.5:1 on the surfaces it is used on (WCAG 2.2 AA).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

ASSETS = Path(__file__).parent / "assets"

GAP = 8
"""The unit of distance between things, in logical pixels; margins are multiples of it."""


@dataclass(frozen=True)
class Colors:
    """One scheme; every value is `#RRGGBB`."""

    window: str
    surface: str
    sunken: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    ok: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str


LIGHT = Colors(
    window="#F5F6F8",
    surface="#FFFFFF",
    sunken="#ECEEF1",
    border="#D9DDE3",
    text="#1A1F25",
    muted="#59636E",
    accent="#0A6C74",
    on_accent="#FFFFFF",
    accent_soft="#DFF1F1",
    ok="#17744A",
    warning="#855400",
    warning_soft="#FFF3D9",
    danger="#B3261E",
    danger_soft="#FDEBE9",
)
DARK = Colors(
    window="#15181C",
    surface="#1E2227",
    sunken="#282D33",
    border="#363D45",
    text="#E9ECEF",
    muted="#A4ADB7",
    accent="#55C7C4",
    on_accent="#05201F",
    accent_soft="#17383A",
    ok="#5FCB93",
    warning="#F0C053",
    warning_soft="#372D14",
    danger="#F58F86",
    danger_soft="#3B1E1C",
)


def is_dark() -> bool:
    """Whether the desktop asks for dark windows."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def colors() -> Colors:
    """The scheme that fits the desktop now."""
    return DARK if is_dark() else LIGHT


def apply(app: QApplication) -> None:
    """Dresses the program, and again whenever the desktop changes between light and dark."""
    app.setStyle("Fusion")
    _dress(app)
    app.styleHints().colorSchemeChanged.connect(lambda _: _dress(app))


def _dress(app: QApplication) -> None:
    c = colors()
    app.setPalette(_palette(c))
    app.setStyleSheet(_style_sheet(c, QFontInfo(app.font()).pixelSize()))


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: c.window,
        QPalette.ColorRole.WindowText: c.text,
        QPalette.ColorRole.Base: c.surface,
        QPalette.ColorRole.AlternateBase: c.sunken,
        QPalette.ColorRole.Text: c.text,
        QPalette.ColorRole.PlaceholderText: c.muted,
        QPalette.ColorRole.Button: c.surface,
        QPalette.ColorRole.ButtonText: c.text,
        QPalette.ColorRole.ToolTipBase: c.surface,
        QPalette.ColorRole.ToolTipText: c.text,
        QPalette.ColorRole.Highlight: c.accent,
        QPalette.ColorRole.HighlightedText: c.on_accent,
        QPalette.ColorRole.Link: c.accent,
        QPalette.ColorRole.Accent: c.accent,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.muted))
    return palette


def _style_sheet(c: Colors, text: int) -> str:
    """`text` is the height of the desktop's letters in pixels, which all others follow."""
    chevron = (ASSETS / f"chevron-{'dark' if c is DARK else 'light'}.svg").as_posix()
    return f"""
    QLabel[tone="muted"] {{ color: {c.muted}; }}
    QLabel[tone="ok"] {{ color: {c.ok}; }}
    QLabel[tone="warning"] {{ color: {c.warning}; }}
    QLabel[tone="danger"] {{ color: {c.danger}; }}
    QLabel[kind="title"] {{ font-size: {1.4 * text:.0f}px; font-weight: 600; }}
    QLabel[kind="heading"] {{ font-size: {1.1 * text:.0f}px; font-weight: 600; }}
    QLabel[kind="code"] {{
        font-family: monospace; background: {c.sunken}; border-radius: 6px; padding: 6px 8px;
    }}
    QFrame[kind="card"] {{
        background: {c.surface}; border: 1px solid {c.border}; border-radius: 12px;
    }}
    QFrame[kind="line"] {{ background: {c.border}; border: none; }}
    QFrame[kind="notice"] {{ border-radius: 10px; background: {c.accent_soft}; }}
    QFrame[kind="notice"][tone="warning"] {{ background: {c.warning_soft}; }}
    QFrame[kind="notice"][tone="danger"] {{ background: {c.danger_soft}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}

    QPushButton {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 8px; padding: 6px 14px; min-height: 20px;
    }}
    QPushButton:hover {{ background: {c.sunken}; }}
    QPushButton:pressed {{ background: {c.border}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 5px 13px; }}
    QPushButton:disabled {{ color: {c.muted}; background: {c.sunken}; }}
    QPushButton[kind="primary"] {{
        background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600;
    }}
    QPushButton[kind="primary"]:disabled {{
        background: {c.sunken}; color: {c.muted}; border-color: {c.sunken};
    }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; }}
    QPushButton[kind="quiet"]:hover {{ background: {c.sunken}; }}
    QPushButton[kind="quiet"]:focus {{ border-color: {c.accent}; }}
    QPushButton:checked {{
        background: {c.accent_soft}; border-color: {c.accent}; color: {c.accent};
    }}

    QToolButton[kind="page"] {{
        color: {c.muted}; border: 2px solid transparent; border-radius: 10px;
        padding: 7px 0 6px 0;
    }}
    QToolButton[kind="page"]:hover {{ background: {c.sunken}; }}
    QToolButton[kind="page"]:checked {{ background: {c.accent_soft}; color: {c.accent}; }}
    QToolButton[kind="page"]:focus {{ border-color: {c.accent}; }}

    QComboBox {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 8px; padding: 5px 10px; min-height: 22px;
    }}
    QComboBox:hover {{ background: {c.sunken}; }}
    QComboBox:focus {{ border: 2px solid {c.accent}; padding: 4px 9px; }}
    QComboBox:disabled {{ color: {c.muted}; background: {c.sunken}; }}
    QComboBox::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{
        background: {c.surface}; border: none; outline: none;
        selection-background-color: {c.accent_soft}; selection-color: {c.text};
    }}
    QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 6px; }}

    QSlider {{ min-height: 24px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
    QSlider::sub-page:horizontal:disabled {{ background: {c.muted}; }}
    QSlider::handle:horizontal {{
        width: 16px; margin: -7px 0; border-radius: 9px;
        background: {c.surface}; border: 2px solid {c.accent};
    }}
    QSlider::handle:horizontal:hover {{ background: {c.accent_soft}; }}
    QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
    QSlider::handle:horizontal:disabled {{ border-color: {c.muted}; }}

    QLineEdit, QKeySequenceEdit QLineEdit {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 8px; padding: 6px 8px; min-height: 20px;
    }}
    QLineEdit:focus {{ border: 2px solid {c.accent}; padding: 5px 7px; }}
    QListWidget {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 8px; padding: 4px; outline: none;
    }}
    QListWidget:focus {{ border: 2px solid {c.accent}; padding: 3px; }}
    QListWidget::item {{ padding: 6px; border-radius: 6px; }}
    QListWidget::item:hover {{ background: {c.sunken}; }}
    QListWidget::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
    QProgressBar {{
        background: {c.sunken}; border: none; border-radius: 4px; max-height: 8px; min-height: 8px;
    }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
    QSplitter::handle {{ background: transparent; }}

    QScrollBar:vertical {{ background: transparent; width: 16px; margin: 0; }}
    QScrollBar::handle:vertical {{
        background: {c.border}; border-radius: 4px; min-height: 32px; margin: 0 0 0 8px;
    }}
    QScrollBar::handle:vertical:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}

    QMenu {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; padding: 6px;
    }}
    QMenu::item {{ padding: 6px 28px 6px 30px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
    QMenu::item:disabled {{ color: {c.muted}; }}
    QMenu::separator {{ height: 1px; background: {c.border}; margin: 6px 8px; }}
    QMenu::indicator {{ left: 8px; }}
    QToolTip {{
        background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; padding: 4px 6px;
    }}
    """


def frame_allowance() -> QSize:
    """What a window's frame and a panel take of the screen, in logical pixels."""
    return QSize(24, 56)
