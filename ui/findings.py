"""One finding of the doctor in the windows' language, with the command that mends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import icons, theme
from ui.controls import label
from ui.general_page import command_line
from ui.language import tr
from vcam.doctor import Check

_COMMANDS = ("sudo ", "pip ", "vcam ", "systemctl ")


def finding(check: Check) -> QWidget:
    """A problem: its name, what is wrong, and the way out."""
    fix: QWidget | None = None
    if check.fix and check.fix.startswith(_COMMANDS):
        fix = command_line(check.fix, wrapped=True)
    elif check.fix:
        fix = label(in_words(check.fix), wrap=True)
    return _line(check.state, name_of(check), in_words(check.detail), fix)


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
        "execution provider": tr("Processor used"),
        "tray host": tr("Tray icons"),
    }
    return names.get(check.name, check.name[:1].upper() + check.name[1:])


def in_words(sentence: str) -> str:
    """The doctor's fixed sentences translated; others stay as they are."""
    return {
        "no camera was found; the demo picture is used": tr(
            "no camera was found; the demo picture is used"
        ),
        "Plug in a webcam, or switch on the built-in one.": tr(
            "Plug in a webcam, or switch on the built-in one."
        ),
        "no microphone was found; the demo voice is used": tr(
            "no microphone was found; the demo voice is used"
        ),
        "Plug in a microphone, or switch it on in the system's sound settings.": tr(
            "Plug in a microphone, or switch it on in the system's sound settings."
        ),
        "neither PulseAudio nor PipeWire answers": tr("neither PulseAudio nor PipeWire answers"),
        "no sound server answers": tr("no sound server answers"),
        "the library is not installed": tr("the library is not installed"),
        "CPU, although an NVIDIA GPU is here": tr("CPU, although an NVIDIA GPU is here"),
        "the desktop shows no tray icons; the window opens instead": tr(
            "the desktop shows no tray icons; the window opens instead"
        ),
        "On GNOME: sudo apt install gnome-shell-extension-appindicator": tr(
            "On GNOME: sudo apt install gnome-shell-extension-appindicator"
        ),
        "Install vcam again.": tr("Install vcam again."),
    }.get(sentence, sentence)


def _line(state: str, name: str, detail: str, fix: QWidget | None) -> QWidget:
    c = theme.colors()
    color = {"ok": c.ok, "warning": c.warning, "missing": c.danger}[state]
    sign = QLabel()
    sign.setFixedSize(20, 20)
    sign.setPixmap(icons.icon(state, color).pixmap(20, 20))
    states = {"ok": tr("fine"), "warning": tr("warning"), "missing": tr("missing")}
    sign.setAccessibleName(states[state])
    result = QWidget()
    line = QHBoxLayout(result)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.GAP + 2)
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    texts = QVBoxLayout()
    texts.setSpacing(4)
    texts.addWidget(label(name))
    texts.addWidget(label(detail, tone="muted", wrap=True))
    if fix is not None:
        texts.addWidget(fix)
    line.addLayout(texts, 1)
    return result
