"""The user's voice is learned from what was just recorded, and forgotten."""

from __future__ import annotations

from array import array
from functools import partial

import numpy as np
import pytest
from vcam_ui.link.link import DaemonLink
from vcam_ui.windows.settings.my_voice_row import MyVoiceRow
from vcam_ui.words import language

from tests.material import spoken
from tests.scripted_daemon import ScriptedDaemon
from tests.ui.rig import until
from vcam.schema.reasons import Reason


def samples(sound: np.ndarray) -> array[int]:
    return array("h", (32767 * sound).astype("<i2").tobytes())


@pytest.mark.long
def test_ten_seconds_teach_it_and_a_click_forgets_it(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    line = MyVoiceRow(link)
    line.show()
    assert not line.learn.isEnabled() and not line.forget.isVisible()
    line.offer(samples(spoken(10)))
    line.learn.click()
    assert not line.learn.isEnabled()
    until(lambda: daemon.settings.voices == "me")
    assert daemon.settings.my_voice
    until(lambda: line.said.text() == "Your voice is known, and others are lowered.")
    link.set(voices="everyone")
    until(lambda: line.said.text() == "Your voice is known, but everyone is heard.")
    line.forget.click()
    until(lambda: daemon.settings.my_voice == "")
    assert daemon.settings.voices == "everyone"


def test_it_says_how_far_the_lips_have_taught_it(link: DaemonLink, daemon: ScriptedDaemon) -> None:
    line = MyVoiceRow(link)
    line.show()
    learning = Reason.of("voices.learning", heard=4, wanted=10)
    for reason in (learning, Reason.of("voices.learned")):
        audio = daemon.status.audio.model_copy(update={"reasons": [reason]})
        daemon.status = daemon.status.model_copy(update={"audio": audio})
        until(partial(lambda text: line.said.text() == text, reason.text))


@pytest.mark.long
def test_of_silence_it_says_what_to_do_in_the_windows_language(
    link: DaemonLink, daemon: ScriptedDaemon
) -> None:
    line = MyVoiceRow(link)
    line.offer(samples(np.zeros(480_000)))
    language.install("zh_TW")
    try:
        line.learn.click()
        until(lambda: line.learn.isEnabled())
        assert line.said.text() == "聽到的人聲太少，無法認得；請像通話時一樣說十秒鐘。"
    finally:
        language.install("en")
    assert line.learn.isEnabled() and daemon.settings.my_voice == ""
