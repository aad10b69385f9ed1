"""What the contract of a virtual camera promises, asked of every kind there is.

UnityCapture and OBS get a device of our own through pyvirtualcam's `register_backend`. The Linux
kinds need what `tests/devices` brings; here they show what they do without it.
"""

import numpy as np
import pytest
import pyvirtualcam
from pyvirtualcam.camera import BACKENDS

from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.publish.registry import PLATFORMS, PUBLISHERS, publisher_class

WIDTH, HEIGHT = 64, 48
PICTURE = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)


class Device(pyvirtualcam.Backend):
    """A virtual camera that takes every picture until it is pulled out."""

    there = True

    def __init__(self, *, device: str, **_: object) -> None:
        self._name = device

    def send(self, frame: np.ndarray) -> None:
        if not Device.there:
            raise RuntimeError("the device is gone")

    def close(self) -> None:
        return

    def device(self) -> str:
        return self._name

    def native_fourcc(self) -> None:
        return None


@pytest.fixture(params=sorted(PUBLISHERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unitycapture", "obs"):
        monkeypatch.setitem(BACKENDS, name, Device)
    monkeypatch.setattr(Device, "there", True)


def opened(kind: str) -> CameraPublisher:
    publisher = publisher_class(kind)()
    try:
        publisher.open(WIDTH, HEIGHT, 30)
    except PublishError as error:
        pytest.skip(str(error))
    return publisher


def test_it_bears_its_name_in_the_registry_and_one_for_people(kind: str) -> None:
    assert publisher_class(kind).kind == kind
    assert publisher_class(kind).name
    assert kind == "preview" or any(kind in kinds for kinds in PLATFORMS.values())


def test_an_obstacle_is_one_sentence_and_never_an_exception(kind: str) -> None:
    obstacle = publisher_class(kind).obstacle()
    assert obstacle is None or (str(obstacle).endswith(".") and "\n" not in str(obstacle))


def test_where_something_stands_in_the_way_it_does_not_open_and_says_why(kind: str) -> None:
    if publisher_class(kind).obstacle() is None:
        pytest.skip(f"nothing stands in the way of {kind} here")
    publisher = publisher_class(kind)()
    with pytest.raises(PublishError) as raised:
        publisher.open(WIDTH, HEIGHT, 30)
    assert str(raised.value).endswith(".") and "\n" not in str(raised.value)
    publisher.close()


def test_it_may_be_asked_and_closed_at_any_time(kind: str, devices: None) -> None:
    publisher = publisher_class(kind)()
    for _ in range(2):
        assert isinstance(publisher.reader_present(), bool)
        assert isinstance(publisher.readers(), list)
        publisher.close()
    publisher = opened(kind)
    publisher.send(PICTURE)
    for _ in range(2):
        assert isinstance(publisher.reader_present(), bool)
        assert isinstance(publisher.readers(), list)
        publisher.close()


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (HEIGHT * 3, WIDTH // 2), (HEIGHT, WIDTH, 3)])
def test_a_picture_of_another_size_is_a_value_error(
    kind: str, devices: None, shape: tuple[int, ...]
) -> None:
    publisher = opened(kind)
    with pytest.raises(ValueError):
        publisher.send(np.zeros(shape, np.uint8))
    publisher.send(PICTURE)  # and nothing has happened to the camera
    publisher.close()


@pytest.mark.parametrize("kind", ["unitycapture", "obs"])
def test_a_device_that_goes_is_a_publish_error(
    kind: str, devices: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = opened(kind)
    monkeypatch.setattr(Device, "there", False)
    with pytest.raises(PublishError):
        publisher.send(PICTURE)
    publisher.close()
    with pytest.raises(PublishError):
        publisher.send(PICTURE)
