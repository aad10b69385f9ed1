"""Qt for Python itself, where it has failed before."""

import sys

from PySide6.QtWidgets import QApplication, QWidget


def test_no_call_takes_a_reference_away(app: QApplication) -> None:
    widget = QWidget()
    before = [sys.getrefcount(one) for one in (None, True, False)]
    for _ in range(1000):
        widget.setEnabled(True)
        widget.isEnabled()
        widget.isVisible()
    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert all(abs(b - a) < 500 for a, b in zip(before, after, strict=True))
