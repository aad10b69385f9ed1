"""Runs inside the guest: Chromium opens the Enhanced Camera and the Enhanced Microphone.

By the package's own interpreter, as the plain user. The tests' Chromium is on the share.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cv2
import numpy as np

from tests.devices import chromium_camera
from tests.devices.chromium_microphone import ChromiumMicrophone
from vcam.names import CAMERA_NAME, MICROPHONE_NAME

PATIENCE = 1800.0
TRIES = 8  # the daemon has just been started, and all of it is emulated

environment = dict(os.environ)
for _ in range(TRIES):
    with ChromiumMicrophone(environment, MICROPHONE_NAME, 5.0) as chromium:
        assert chromium.recording.wait(PATIENCE), f"no sound: {chromium.labels}; {chromium.said()}"
        heard = chromium.result()
    loudest = float(np.abs(heard.sound).max())
    if loudest > 0.01:
        break
assert heard.label == MICROPHONE_NAME and loudest > 0.01, (heard.label, loudest)

grab = chromium_camera.grab(environment, CAMERA_NAME, frames=3, seconds=PATIENCE)
assert grab.label.startswith(CAMERA_NAME), grab.label
picture = cv2.imdecode(np.frombuffer(grab.frames[-1], np.uint8), cv2.IMREAD_COLOR)
assert picture is not None and picture.std() > 10
print(f"   {grab.label}: {picture.shape[1]}x{picture.shape[0]}; {heard.label}: up to {loudest:.2f}")
