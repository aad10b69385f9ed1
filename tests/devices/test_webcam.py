"""Webcams as Linux gives them, in a virtual machine that can load modules."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.devices.guest import guest

_SCRIPT = f"""\
modprobe v4l2loopback devices=1 video_nr=30 card_label="Test Webcam" exclusive_caps=1 || exit 1
modprobe vivid n_devs=1 node_types=0x1 vid_cap_nr=20 || exit 1
ffmpeg -loglevel error -re -f lavfi -i testsrc=size=640x480:rate=10 \\
  -c:v mjpeg -q:v 3 -pix_fmt yuvj422p -f v4l2 /dev/video30 &
sleep 6
cd "{guest.ROOT}"
PYTHONDONTWRITEBYTECODE=1 "{sys.executable}" -m pytest -v -p no:cacheprovider \\
  --basetemp=/run/tests --override-ini=addopts= tests/devices/guest/inside_webcam.py
"""


def test_webcams_in_the_guest(tmp_path: Path) -> None:
    if why := guest.obstacle():
        pytest.skip(why)
    print(guest.run(_SCRIPT, tmp_path, seconds=guest.PATIENCE))
