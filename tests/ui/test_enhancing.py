"""Enhancing recordings from the windows."""

from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtWidgets import (
    QApplication,
)
from vcam_ui.windows.enhance.job import Enhancer

from tests.ui.rig import until


def test_a_recording_is_enhanced_into_a_folder_beside_it(app: QApplication, tmp_path: Path) -> None:
    recording = tmp_path / "talk.wav"
    soundfile.write(recording, np.random.default_rng(1).normal(0, 0.1, 24000), 48000)
    enhancer = Enhancer()
    ended: list[object] = []
    enhancer.done.connect(ended.append)
    enhancer.failed.connect(ended.append)
    enhancer.start([recording])
    until(lambda: bool(ended), 60)
    assert ended == [[tmp_path / "Enhanced" / "talk.wav"]]
    assert soundfile.info(tmp_path / "Enhanced" / "talk.wav").frames == 24000


def test_a_file_that_is_no_recording_is_refused_with_a_reason(
    app: QApplication, tmp_path: Path
) -> None:
    noise = tmp_path / "notes.wav"
    noise.write_text("no sound")
    enhancer = Enhancer()
    failed: list[str] = []
    enhancer.failed.connect(failed.append)
    enhancer.start([noise])
    assert enhancer.busy
    until(lambda: bool(failed), 60)
    assert "notes.wav" in failed[0] and not enhancer.busy
