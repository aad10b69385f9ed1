"""Room impulse responses of shoebox rooms by the image method.

Allen and Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65(4), 1979.
"""

from __future__ import annotations

import numpy as np

from vcam.audio.frames import RATE

SOUND = 343.0  # m/s
LENGTH = int(0.4 * RATE)
EARLY = int(0.03 * RATE)  # reflections a close microphone's owner would not call reverberation


def image_response(
    room: np.ndarray, source: np.ndarray, microphone: np.ndarray, rt60: float
) -> np.ndarray:
    """Impulse response, float32 ``(LENGTH,)``, direct sound first and of height 1.

    Args:
        room: width, depth and height in m; `source`, `microphone`: points inside it.
        rt60: reverberation time in s; one absorption for all walls (Sabine's formula).
    """
    surface = 2 * (room[0] * room[1] + room[0] * room[2] + room[1] * room[2])
    absorption = min(0.95, 0.161 * float(np.prod(room)) / (surface * rt60))
    reflection = np.sqrt(1 - absorption)
    reach = np.minimum(np.ceil(SOUND * LENGTH / RATE / (2 * room)).astype(int), 14)
    distances, bounces = [], []
    for axis in range(3):
        order = np.arange(-reach[axis], reach[axis] + 1)
        even = 2 * order * room[axis] + source[axis]
        odd = 2 * order * room[axis] - source[axis]
        distances.append(np.concatenate([even, odd]) - microphone[axis])
        bounces.append(np.concatenate([np.abs(2 * order), np.abs(2 * order - 1)]))
    x, y, z = np.meshgrid(*distances, indexing="ij", sparse=True)
    i, j, k = np.meshgrid(*bounces, indexing="ij", sparse=True)
    distance = np.sqrt(x * x + y * y + z * z).ravel()
    height = reflection ** (i + j + k).ravel() / np.maximum(distance, 0.05)
    direct = float(np.linalg.norm(source - microphone))
    at = np.rint((distance - direct) / SOUND * RATE).astype(int)
    inside = (at >= 0) & (at < LENGTH)
    response = np.bincount(at[inside], height[inside], LENGTH)[:LENGTH]
    return (response * direct).astype(np.float32)


def room_bank(count: int, seed: int) -> np.ndarray:
    """`count` random rooms, float32 ``(count, LENGTH)``: a talker 0.3 to 2 m from a microphone."""
    rng = np.random.default_rng(seed)
    bank = np.empty((count, LENGTH), np.float32)
    for row in bank:
        room = rng.uniform([2.5, 2.5, 2.3], [8.0, 6.0, 3.5])
        microphone = rng.uniform(0.2, 0.8, 3) * room
        step = rng.normal(size=3) * [1, 1, 0.4]
        step *= rng.uniform(0.3, 2.0) / np.linalg.norm(step)
        source = np.clip(microphone + step, 0.15, room - 0.15)
        row[:] = image_response(room, source, microphone, float(rng.uniform(0.15, 0.7)))
    return bank
