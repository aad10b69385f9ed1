"""What a call does to each block beyond the pipeline."""

from __future__ import annotations

import numpy as np

from vcam.audio.capture.contract import Captured
from vcam.audio.frames import HOP, RATE
from vcam.audio.worker.enhancer import Enhancer
from vcam.daemon.protocol import VideoDelay
from vcam.schema.settings import Settings
from vcam.troubles import Troubles


def test_what_was_said_while_muted_is_never_heard_although_the_sound_is_held_back() -> None:
    """With the picture 200 ms behind: what leaves after the mute was said after it."""
    enhancer, late = Enhancer(Troubles()), VideoDelay(0.2, live=True)
    out = []
    for number in range(160):
        mute = 60 <= number < 100
        said = np.full(HOP, -0.25 if mute else 0.25, np.float32)  # what is private is below 0
        captured = Captured(said, number * HOP / RATE)
        settings = Settings(mute=mute)
        _, result = enhancer.step(captured, 1, settings, late, lambda moment: None)
        out.append(result.block)
    sound = np.array(out)
    assert sound[50:60].min() > 0.2  # held back, and heard
    assert sound[50:].min() > -1e-3
    assert not sound[63:100].any()
    assert sound[100 + 20 + 3 :].min() > 0.24  # heard again once the delay has passed
