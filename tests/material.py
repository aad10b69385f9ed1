"""Pictures and voices that every clone has: the demo's, and those in tests/data."""

from pathlib import Path

import cv2
import numpy as np
import soundfile

from tests.pictures import picture_at
from vcam import demo
from vcam.audio.frames import RATE
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


def called_out(pitch: float, seconds: float = 4) -> np.ndarray:
    """Syllables of four vowels at a high and gliding pitch, as pulses through resonances."""
    time = np.arange(int(seconds * RATE)) / RATE
    glide = 0.25 * np.sin(4.4 * time) + 0.02 * np.sin(34.6 * time)
    pulses = np.diff(np.floor(np.cumsum(pitch * 2**glide) / RATE), prepend=0)
    syllable = int(0.28 * RATE)
    at = np.arange(syllable) / RATE
    envelope = np.minimum(1, np.minimum(at / 0.03, at[::-1] / 0.05))
    vowels = ((800, 1300, 2700), (400, 2100, 2800), (500, 900, 2600), (350, 2500, 3200))
    out = np.zeros(len(time))
    for number, start in enumerate(range(0, len(time) - syllable, syllable)):
        sound = pulses[start : start + syllable]
        formants = (*vowels[number % len(vowels)], 3800, 4800)
        for frequency, width in zip(formants, (90, 110, 150, 250, 300), strict=True):
            radius = np.exp(-np.pi * width / RATE)
            poles = [1, -2 * radius * np.cos(2 * np.pi * frequency / RATE), radius**2]
            sound = all_pole(poles, sound)
        out[start : start + syllable] = sound * envelope / np.sqrt(np.mean(np.square(sound))) * 0.05
    return out.astype(np.float32)
