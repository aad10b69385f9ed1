"""Every kind of Enhanced Microphone keeps what `vcam.audio.publish.contract` promises."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from vcam.audio.frames import HOP
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.registry import (
    PLATFORMS,
    PUBLISHERS,
    better_possible,
    open_publisher,
    publisher_class,
)
from vcam.names import MICROPHONE_NAME, PREVIEW_SINK

BLOCK = np.zeros(HOP, np.float32)


@pytest.fixture(autouse=True)
def no_sound_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")


def nothing() -> None:
    return


@pytest.fixture(params=list(PUBLISHERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def publisher(kind: str) -> MicrophonePublisher:
    """Made, not open."""
    return publisher_class(kind)(nothing)


def test_every_kind_is_where_the_registry_says(kind: str) -> None:
    assert issubclass(publisher_class(kind), MicrophonePublisher)
    assert publisher_class(kind).kind == kind


def test_every_platform_has_kinds_that_there_are() -> None:
    assert {kind for kinds in PLATFORMS.values() for kind in kinds} <= set(PUBLISHERS)


def test_an_obstacle_is_none_or_one_sentence(kind: str) -> None:
    obstacle = str(publisher_class(kind).obstacle() or ".")
    assert obstacle.endswith(".") and "\n" not in obstacle


def test_it_may_be_rested_and_closed_without_having_been_opened(
    publisher: MicrophonePublisher,
) -> None:
    publisher.rest()
    publisher.close()
    publisher.close()


def test_it_may_be_closed_twice(publisher: MicrophonePublisher) -> None:
    try:
        publisher.open()
    except PublishError as error:
        assert str(error)
    publisher.rest()
    publisher.close(remove=False)
    publisher.close()


def test_readers_and_the_system_are_told_without_one(publisher: MicrophonePublisher) -> None:
    readers = publisher.readers()
    assert publisher.reader_present() == (readers is None)
    assert publisher.system is None


def test_what_is_possible_here_plays_rests_and_plays_again(
    publisher: MicrophonePublisher,
) -> None:
    if (obstacle := publisher.obstacle()) is not None:
        pytest.skip(str(obstacle))
    publisher.open()
    try:
        for _ in range(2):
            publisher.wake()
            publisher.send(BLOCK)
            publisher.rest()
            publisher.rest()
        assert publisher.delay >= 0 and publisher.xruns >= 0
    finally:
        publisher.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a cable may be installed")
def test_without_a_sound_system_the_preview_says_what_is_missing() -> None:
    publisher = open_publisher(nothing)
    assert (publisher.kind, publisher.name) == ("preview", PREVIEW_SINK)
    assert publisher.problem and MICROPHONE_NAME in str(publisher.problem)
    publisher.wake()
    publisher.send(BLOCK)
    assert not better_possible(publisher)
    publisher.close()
