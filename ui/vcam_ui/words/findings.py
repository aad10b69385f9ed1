"""One finding of the doctor in the windows' language, with the command that mends it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vcam.client import Check
from vcam_ui import icons, theme
from vcam_ui.widgets.controls import command_line, label
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import advice, in_words

_COMMANDS = ("sudo ", "pip ", "vcam ", "systemctl ")


def finding(check: Check) -> QWidget:
    """A problem: its name, what is wrong, and the way out."""
    fix: QWidget | None = None
    if check.fix and has_command(check):
        fix = command_line(check.fix, wrapped=True)
    elif check.fix:
        fix = label(advice(check.reason) or check.fix, wrap=True)
    detail = in_words(check.reason) or check.detail
    return _line(check.state, name_of(check), detail, fix)


def has_command(check: Check) -> bool:
    """Whether a command mends it."""
    return (check.fix or "").startswith(_COMMANDS)


def all_fine(checks: list[Check]) -> QWidget:
    """What is well, in one line."""
    names = tr(", ").join(name_of(check) for check in checks)
    return _line("ok", tr("In order"), names, None)


def name_of(check: Check) -> str:
    names = {
        "camera": tr("Camera"),
        "virtual camera": tr("Enhanced Camera"),
        "secure boot": tr("Secure boot"),
        "microphone": tr("Microphone"),
        "virtual microphone": tr("Enhanced Microphone"),
        "sound server": tr("Sound server"),
        "networks": tr("Networks"),
        "denoisers": tr("Denoisers"),
        "execution provider": tr("Processor used"),
        "tray host": tr("Tray icons"),
    }
    return names.get(check.name, check.name[:1].upper() + check.name[1:])


class _Sign(QLabel):
    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state
        self.setFixedSize(20, 20)
        states = {"ok": tr("fine"), "warning": tr("warning"), "missing": tr("missing")}
        self.setAccessibleName(states[state])
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        c = theme.colors()
        color = {"ok": c.ok, "warning": c.warning, "missing": c.danger}[self._state]
        self.setPixmap(icons.icon(self._state, color).pixmap(20, 20))


def _line(state: str, name: str, detail: str, fix: QWidget | None) -> QWidget:
    result = QWidget()
    line = QHBoxLayout(result)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.GAP + 2)
    line.addWidget(_Sign(state), 0, Qt.AlignmentFlag.AlignTop)
    texts = QVBoxLayout()
    texts.setSpacing(4)
    texts.addWidget(label(name))
    texts.addWidget(label(detail, tone="muted", wrap=True))
    if fix is not None:
        texts.addWidget(fix)
    line.addLayout(texts, 1)
    return result
