"""What the system's defaults mean where ours have taken their place."""

from pathlib import Path

import pytest

from vcam.audio.linux.defaults import Defaults, meant
from vcam.ipc.runtime import runtime_dir


def test_what_was_the_default_before_is_known_to_a_successor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert meant(Defaults()) == Defaults()
    assert meant(Defaults("headset", "speakers")) == Defaults("headset", "speakers")
    assert meant(Defaults()) == Defaults("headset", "speakers")
    assert meant(Defaults("", "monitor")) == Defaults("headset", "monitor")
    (runtime_dir() / "sound-defaults.json").write_text("[]")
    assert meant(Defaults("webcam")) == Defaults("webcam")
