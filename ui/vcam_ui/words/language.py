"""The windows' language: Qt Linguist's catalogues, chosen by the system or by the user."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

CATALOGUES = Path(__file__).parents[1] / "translations"

_installed: list[QTranslator] = []


def tr(text: str) -> str:
    """`text` in the language of the windows."""
    return QCoreApplication.translate("", text)


def install(code: str) -> str:
    """Switches to a language; an empty code follows the system. Returns the code in use.

    Windows that are already open keep their language until they are built anew.
    """
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    code = code or _system_language()
    if code != "en":
        qt_catalogues = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in ((f"qtbase_{code}", qt_catalogues), (f"vcam_{code}", CATALOGUES)):
            translator = QTranslator()
            if translator.load(name, str(folder)):
                QCoreApplication.installTranslator(translator)
                _installed.append(translator)
    QLocale.setDefault(QLocale(code))
    return code


def _system_language() -> str:
    """Traditional Chinese where the system asks for it before English, else English."""
    for name in QLocale.system().uiLanguages():
        parts = name.replace("_", "-").split("-")
        if parts[0] == "en":
            return "en"
        if parts[0] == "zh" and not {"Hans", "CN", "SG"} & set(parts):
            return "zh_TW"
    return "en"
