from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.video.picture_rig import Rig
from vcam.video.worker import loop, sink


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    built: list[Rig] = []
    monkeypatch.setattr(loop, "_LINGER", 0.5)
    monkeypatch.setattr(loop, "_ASLEEP", 0.3)
    monkeypatch.setattr(sink, "_RETRY", 0.5)

    def build(camera: str | None = "demo", **settings: object) -> Rig:
        built.append(Rig(tmp_path, camera, **settings))
        return built[-1]

    yield build
    for each in built:
        each.loop.close()
