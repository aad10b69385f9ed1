"""Times the pipelines on synthetic input at full speed, beside the peer's way in the same run.

The sound is timed at its own pace as well, a block every 10 ms: between the blocks the processor
slows down and forgets the networks, and a call never runs at full speed.

The peer does what Linux-Fake-Background-Webcam (`fake.py`) does with OpenCV, step by step and with
its default settings: threshold, dilation, box blur and running average of the mask, Gaussian blur
of the frame, a composite in double precision channel by channel. Its blur is as strong as ours
(--background-blur 55: of all kernels the one whose pictures of text and rooms are nearest to ours).
For its matte, MediaPipe's 144×256 network, our coarse network at 160×256 stands in, which takes
no longer. Both work on one core, as the live picture does: the others belong to the call. They
work in turns of half a second, so that both meet the same machine and not each other's caches.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import psutil
from pydantic import BaseModel

from vcam.audio import frames
from vcam.audio.capture import demo as demo_sound
from vcam.audio.capture.pace import Pace
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions, sound_stages
from vcam.networks.models import Model
from vcam.networks.picture import PictureNetworks, open_picture, open_portrait
from vcam.networks.sound import open_sound
from vcam.video.capture.demo import DemoScene
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.order import VideoOptions

if TYPE_CHECKING:
    from vcam.audio.pipeline import AudioState
    from vcam.video.pipeline import VideoState

WIDTH, HEIGHT, FPS = 1280, 720, 30
_PICTURES = 60
_WARM_UP = 10
_TURN = 15  # pictures
_PEER_SIZE = (256, 160)
_PEER_BLUR = 55
_PEER_THRESHOLD, _PEER_UPDATE = 0.75, 0.5
_EFFECTS: dict[str, Any] = {
    "framing": "auto",
    "low_light": "auto",
    "touch_up": "strong",
    "light": 60,
    "exposure": 10,
    "dim": 20,
    "fade": 20,
}
_NOISE = 5.0  # levels: there has to be some for what takes it away to work
_MEMORY_SECONDS = 8.0


class VideoTimes(BaseModel):
    """Milliseconds per 1280×720 frame, from the camera's MJPEG to I420, blur on.

    `stages` are medians. Budget: p50 25, p95 33, matte 10. A median is of a frame in which the
    matte's coarse network looks, or of one in which it does not; the mean is of both.
    """

    frame_ms_mean: float
    frame_ms_p50: float
    frame_ms_p95: float
    stages: dict[str, float]


class EffectTimes(BaseModel):
    """The effects that embellish, all at once, on the same pictures with a camera's noise.

    `without_ms` is the frame with blur and the search for faces, `with_ms` the same with all of
    them, `ratio` the second divided by the first; all of one core's time, medians. `effects` are
    the milliseconds of each. Budget: 1.6.
    """

    without_ms: float
    with_ms: float
    ratio: float
    effects: dict[str, float]


class AudioTimes(BaseModel):
    """Milliseconds per 10 ms block, at full speed and `paced`; `latency_ms` is algorithmic.

    `stages` are medians at full speed. Budget: p50 1.5, p99 5; 20.
    """

    block_ms_p50: float
    block_ms_p99: float
    paced_ms_p50: float
    paced_ms_p99: float
    latency_ms: float
    stages: dict[str, float]


class PeerTimes(BaseModel):
    """The peer on the same pictures; `ratio` is our mean divided by the peer's. Budget: 1/3."""

    frame_ms_mean: float
    ratio: float


class BenchResult(BaseModel):
    """`memory_mib` is what all processes of a running daemon share out (PSS). Budget: 600."""

    video: VideoTimes
    effects: EffectTimes
    audio: AudioTimes
    memory_mib: float
    peer: PeerTimes


def run(seconds: float = 10.0) -> BenchResult:
    """Measures for about `seconds`, and then a running daemon's memory."""
    pictures = _mjpeg()
    video, peer = _time_pictures(pictures, seconds / 2)
    return BenchResult(
        video=video,
        effects=_time_effects(seconds / 2),
        audio=_time_sound(seconds / 2),
        memory_mib=_daemon_memory(),
        peer=PeerTimes(frame_ms_mean=peer, ratio=video.frame_ms_mean / peer),
    )


def _mjpeg(noise: float = 0.0) -> list[np.ndarray]:
    """The demo as a webcam would send it, with `noise` of so many levels."""
    scene, random = DemoScene(WIDTH, HEIGHT), np.random.default_rng(1)
    grain = random.normal(0, noise, (HEIGHT, WIDTH, 3))
    pictures = []
    for i in range(_PICTURES):
        picture = scene.picture(i / FPS)
        if noise:
            here = np.roll(grain, tuple(random.integers(0, 200, 2)), (0, 1))
            picture = (picture + here).clip(0, 255).astype(np.uint8)
        pictures.append(cv2.imencode(".jpg", picture)[1])
    return pictures


def _time_pictures(pictures: list[np.ndarray], seconds: float) -> tuple[VideoTimes, float]:
    """Our path and the peer's in turns, on the same pictures."""
    cv2.setNumThreads(1)
    portrait = open_portrait()
    pipeline = VideoPipeline(PictureNetworks(portrait=portrait), timer=time.perf_counter)
    peer = Peer(portrait.coarse)
    options = VideoOptions(width=WIDTH, height=HEIGHT, effect="blur")
    state: VideoState | None = None
    ours: list[dict[str, float]] = []
    theirs: list[float] = []
    end = time.perf_counter() + seconds
    for first in itertools.count(0, _TURN):
        turn = range(first, first + _TURN)
        for i in turn:
            began = time.perf_counter()
            frame = _decode(pictures[i % _PICTURES])
            decoded = time.perf_counter()
            state, result = pipeline.step(state, frame, i / FPS, options)
            done = time.perf_counter()
            stages = {"decode": _ms(began, decoded), **result.stages, "frame": _ms(began, done)}
            ours.append(stages)
        for i in turn:
            began = time.perf_counter()
            peer.picture(pictures[i % _PICTURES])
            theirs.append(_ms(began, time.perf_counter()))
        if first >= 2 * _TURN and time.perf_counter() > end:
            break
    ours, theirs = ours[_WARM_UP:], theirs[_WARM_UP:]
    whole = [stages.pop("frame") for stages in ours]
    video = VideoTimes(
        frame_ms_mean=float(np.mean(whole)),
        frame_ms_p50=_percentile(whole, 50),
        frame_ms_p95=_percentile(whole, 95),
        stages=_medians(ours),
    )
    return video, float(np.mean(theirs))


def _time_effects(seconds: float) -> EffectTimes:
    """Frames with and without them in turns. The thread's own time: a busy machine is no effect."""
    pictures = _mjpeg(_NOISE)
    plain = VideoOptions(width=WIDTH, height=HEIGHT, effect="blur", faces=True)
    pipeline = VideoPipeline(open_picture(plain.networks), timer=time.thread_time)
    ways = (plain, replace(plain, **_EFFECTS))
    states: list[VideoState | None] = [None, None]
    times: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    end = time.perf_counter() + seconds
    for first in itertools.count(0, _TURN):
        for way, options in enumerate(ways):
            for i in range(first, first + _TURN):
                began = time.thread_time()
                frame = _decode(pictures[i % _PICTURES])
                states[way], result = pipeline.step(states[way], frame, i / FPS, options)
                times[way].append(result.stages | {"frame": _ms(began, time.thread_time())})
        if first >= 2 * _TURN and time.perf_counter() > end:
            break
    without, effects = (_medians(some[_WARM_UP:]) for some in times)
    frames = without.pop("frame"), effects.pop("frame")
    return EffectTimes(
        without_ms=frames[0],
        with_ms=frames[1],
        ratio=frames[1] / frames[0],
        effects={name: took for name, took in effects.items() if name not in without},
    )


def _decode(jpeg: np.ndarray) -> np.ndarray:
    frame = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert frame is not None
    return frame


class Peer:
    """The peer's video path, from the camera's MJPEG to I420."""

    def __init__(self, model: Model) -> None:
        width, height = _PEER_SIZE
        self._prior = np.full((height, width), 0.5, np.float32)
        self._model = model.fixed({"h": height, "w": width})
        self._mask: np.ndarray | None = None

    def picture(self, jpeg: np.ndarray) -> np.ndarray:
        frame = _decode(jpeg)
        small = cv2.resize(frame, _PEER_SIZE)
        coarse = self._model.run({"small": small, "prior": self._prior})["coarse"]
        mask = cv2.resize(coarse, (WIDTH, HEIGHT))
        mask = (mask > _PEER_THRESHOLD) * mask
        mask = cv2.dilate(mask, np.ones((5, 5), np.uint8))
        mask = cv2.blur(mask.astype(np.float64), (10, 10))
        before = mask if self._mask is None else self._mask
        self._mask = mask = mask * _PEER_UPDATE + before * (1 - _PEER_UPDATE)
        background = cv2.GaussianBlur(frame, (_PEER_BLUR, _PEER_BLUR), _PEER_BLUR / 3)
        for c in range(3):
            frame[:, :, c] = frame[:, :, c] * mask + background[:, :, c] * (1 - mask)
        return cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420)


def _time_sound(seconds: float) -> AudioTimes:
    networks = open_sound(lips=False)
    pipeline = AudioPipeline(sound_stages(networks), timer=time.perf_counter)
    blocks, stages = _time_blocks(pipeline, seconds / 2)
    paced, _ = _time_blocks(pipeline, seconds / 2, Pace())
    return AudioTimes(
        block_ms_p50=_percentile(blocks, 50),
        block_ms_p99=_percentile(blocks, 99),
        paced_ms_p50=_percentile(paced, 50),
        paced_ms_p99=_percentile(paced, 99),
        latency_ms=1e3 * (frames.HOP + pipeline.latency) / frames.RATE,
        stages=_medians(stages),
    )


def _time_blocks(
    pipeline: AudioPipeline, seconds: float, pace: Pace | None = None
) -> tuple[list[float], list[dict[str, float]]]:
    """Times of the blocks and of the stages in each, at full speed without a `pace`."""
    options = AudioOptions()
    state: AudioState | None = None
    blocks: list[float] = []
    stages: list[dict[str, float]] = []
    end = time.perf_counter() + seconds
    for i, block in enumerate(itertools.cycle(demo_sound.load_loop())):
        if pace is not None:
            pace.wait()
        began = time.perf_counter()
        state, result = pipeline.step(state, block, options)
        if i >= _WARM_UP:
            blocks.append(_ms(began, time.perf_counter()))
            stages.append(result.stages)
        if i >= 10 * _WARM_UP and time.perf_counter() > end:
            break
    return blocks, stages


def _daemon_memory() -> float:
    """The most that the daemon and its workers use together on the demo, in MiB.

    It runs in a folder of its own and away from the sound server, beside a daemon in use.
    """
    with tempfile.TemporaryDirectory() as folder:
        away = dict.fromkeys(("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "LOCALAPPDATA"), folder)
        away["PULSE_SERVER"] = f"unix:{folder}/none"
        command = [sys.executable, "-m", "vcam", "run", "--headless", "--json"]
        command += ["--camera", "demo", "--microphone", "demo"]
        command += ["--duration", str(_MEMORY_SECONDS)]
        daemon = subprocess.Popen(
            command, env=os.environ | away, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        most = 0.0
        while daemon.poll() is None:
            most = max(most, _tree_memory(daemon.pid))
            time.sleep(0.5)
    return most


def _tree_memory(pid: int) -> float:
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.uss)
    except psutil.Error:
        return 0.0
    return total / 2**20


def _ms(began: float, ended: float) -> float:
    return (ended - began) * 1e3


def _percentile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def _medians(stages: list[dict[str, float]]) -> dict[str, float]:
    return {name: _percentile([s[name] for s in stages], 50) for name in stages[-1]}
