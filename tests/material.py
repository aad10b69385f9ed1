"""Pictures and voices that every clone has: the demo's, and those in tests/data."""

from pathlib import Path

import cv2
import numpy as np
import soundfile

from tests.pictures import picture_at
from vcam import demo
from vcam.video.capture.demo import draw_room

DATA = Path(__file__).parent / "data"


def spoken(seconds: float) -> np.ndarray:
    """A computer's voice without noise, float32 at 48 kHz; 10 s at most."""
    samples, _ = soundfile.read(DATA / "voice.opus", int(seconds * 48_000), dtype="float32")
    return samples


def all_pole(poles: list[float], sound: np.ndarray) -> np.ndarray:
    """The sound through 1 / (poles[0] + poles[1] z⁻¹ + …), which has to ring out within its length.

    As scipy.signal.lfilter has it, whose import alone takes a second.
    """
    size = 2 * len(sound)
    return np.fft.irfft(np.fft.rfft(sound, size) / np.fft.rfft(poles, size))[: len(sound)]


def person_in_a_room(
    height: int, width: int, *, size: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """A portrait before a drawn room: BGR (height, width, 3) and where the person is, bool."""
    person = picture_at(demo.ASSETS / "demo_portrait.webp", cv2.IMREAD_UNCHANGED)
    person = cv2.resize(person, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)[-height:]
    tall, wide = person.shape[:2]
    left = (width - wide) // 2
    alpha = np.zeros((height, width, 1))
    alpha[height - tall :, left : left + wide] = person[..., 3:] / 255
    colour = np.zeros((height, width, 3))
    colour[height - tall :, left : left + wide] = person[..., :3]
    picture = alpha * colour + (1 - alpha) * draw_room(width, height)
    return picture.round().astype(np.uint8), alpha[..., 0] > 0.5
