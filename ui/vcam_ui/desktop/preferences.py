"""What concerns the windows alone and not the running camera: language, first run, sizes."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

LANGUAGES = {"": "", "en": "English", "zh_CN": "简体中文", "zh_TW": "繁體中文"}
"""Languages by code; the empty code follows the system."""


class Preferences:
    """The windows' own small file, beside the settings of the daemon."""

    def __init__(self, path: Path | None = None) -> None:
        path = path or platformdirs.user_config_path("vcam", appauthor=False) / "windows.ini"
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def language(self) -> str:
        """A key of LANGUAGES."""
        code = str(self._file.value("language", ""))
        return code if code in LANGUAGES else ""

    @language.setter
    def language(self, code: str) -> None:
        self._put("language", code)

    @property
    def first_run_done(self) -> bool:
        return str(self._file.value("first_run_done", "false")) == "true"

    @first_run_done.setter
    def first_run_done(self, done: bool) -> None:
        self._put("first_run_done", "true" if done else "false")

    @property
    def window_geometry(self) -> QByteArray:
        """The settings window's place as Qt saved it; empty when it was never opened."""
        value = self._file.value("window_geometry", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray) -> None:
        self._put("window_geometry", geometry)

    def hotkey(self, name: str) -> str:
        """The keys for what `vcam_ui.hotkeys.contract.says` knows, Qt's portable text, or empty."""
        return str(self._file.value(f"hotkey_{name}", ""))

    def set_hotkey(self, name: str, text: str) -> None:
        self._put(f"hotkey_{name}", text)

    def _put(self, key: str, value: object) -> None:
        self._file.setValue(key, value)
        self._file.sync()
