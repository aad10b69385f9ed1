"""A film of a flash and a click at the same moment, and where they are in what came out."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

RATE = 48_000


def film(
    path: Path, *, at: float, length: float, fps: int = 25, size: tuple[int, int] = (64, 48)
) -> Path:
    """Black and silent but for a white picture and a short tone, both `at` seconds."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=fps)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.bit_rate = 2_000_000
        audio = container.add_stream("pcm_s16le", rate=RATE)
        audio.layout = "mono"
        for index in range(round(length * fps)):
            level = 255 if index == round(at * fps) else 0
            picture = np.full((size[1], size[0], 3), level, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        sound = np.zeros((1, round(length * RATE)), np.int16)
        tone = np.sin(2 * np.pi * 1000 * np.arange(round(0.02 * RATE)) / RATE)
        sound[0, round(at * RATE) :][: len(tone)] = (tone * 16_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="mono")
        frame.rate = RATE
        container.mux(audio.encode(frame))
        for stream in (video, audio):
            container.mux(stream.encode())
    return path
