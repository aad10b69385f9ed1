from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audio.sound_rig import FakeMicrophone, Rig
from vcam.audio.capture.registry import MICROPHONES
from vcam.audio.worker import (
    enhancer,
    loop,
)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    built: list[Rig] = []
    monkeypatch.setattr(loop, "step_forward", lambda *_, **__: None)
    monkeypatch.setitem(MICROPHONES, "fake", f"{FakeMicrophone.__module__}:FakeMicrophone")
    monkeypatch.setattr(loop, "_LINGER", 0.1)
    monkeypatch.setattr(enhancer, "_RECOVERED", 0.1)

    def build(before: Callable[[Rig], None] = lambda rig: None, **settings: Any) -> Rig:
        built.append(Rig(tmp_path, **settings))
        before(built[-1])
        built[-1].start()
        return built[-1]

    yield build
    for one in built:
        for device in one.opened:
            device.abort()
        one.loop.stop(remove=True)
