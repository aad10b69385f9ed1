"""What is offered as a camera."""

import pytest

from vcam import devices
from vcam.video.capture import registry
from vcam.video.capture.contract import CameraInfo


def test_our_own_camera_is_none_and_other_programs_come_after_the_real_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = [
        CameraInfo(10, "Enhanced Camera"),
        CameraInfo(11, "OBS Virtual Camera", virtual=True),
        CameraInfo(20, "Webcam"),
    ]
    monkeypatch.setattr(registry, "list_cameras", lambda: present)
    found = devices.cameras()
    assert [(one.name, one.default) for one in found] == [
        ("Webcam", True),
        ("OBS Virtual Camera", False),
    ]
    monkeypatch.setattr(registry, "list_cameras", lambda: present[:1])
    assert devices.cameras() == []
