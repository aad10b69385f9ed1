"""Windows while the desktop changes between light and dark."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from vcam_ui import theme
from vcam_ui.widgets.player import Player
from vcam_ui.words.findings import finding

from vcam.client import Check


@pytest.fixture
def dressed(app: QApplication) -> Iterator[QApplication]:
    yield app
    theme._dress(app)


def test_signs_and_buttons_of_open_windows_are_drawn_anew(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, line = Player(), finding(Check(name="camera", state="warning", detail="busy"))
    player.show()
    line.show()
    (sign,) = (one for one in line.findChildren(QLabel) if one.accessibleName() == "warning")

    def pictures() -> list[QImage]:
        return [player.play_button.icon().pixmap(20, 20).toImage(), sign.pixmap().toImage()]

    light = pictures()
    with monkeypatch.context() as desktop:
        desktop.setattr(theme, "is_dark", lambda: True)
        theme._dress(dressed)
        dark = pictures()
    assert all(before != after for before, after in zip(light, dark, strict=True))
    player.close()
    line.close()
