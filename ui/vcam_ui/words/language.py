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
    code = code or first_known(QLocale.system().uiLanguages())
    if code != "en":
        qt_catalogues = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in ((f"qtbase_{code}", qt_catalogues), (f"vcam_{code}", CATALOGUES)):
            translator = QTranslator()
            if translator.load(name, str(folder)):
                QCoreApplication.installTranslator(translator)
                _installed.append(translator)
    QLocale.setDefault(QLocale(code))
    return code


def first_known(names: list[str]) -> str:
    """The code of the first language in `names` (BCP 47, the preferred first) that windows speak.

    Where no script is named, China, Singapore and Malaysia have Simplified Chinese, all others
    Traditional. Without any that is spoken it is English.
    """
    for name in names:
        language, *rest = name.replace("_", "-").split("-")
        if language == "en":
            return "en"
        if language == "zh":
            mainland = {"Hans", "CN", "SG", "MY"} & set(rest) and "Hant" not in rest
            return "zh_CN" if mainland else "zh_TW"
    return "en"
