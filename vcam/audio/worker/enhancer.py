"""What a call does to each block, and what that takes: delay, pipeline, and their figures."""

from __future__ import annotations

import time
from collections.abc import Callable

from vcam.audio import frames
from vcam.audio.capture.contract import Captured
from vcam.audio.options import audio_options
from vcam.audio.pipeline import SILENCE_DB, AudioPipeline, AudioResult, AudioState
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.mute import MuteStage
from vcam.audio.stages.order import call_stages
from vcam.audio.worker import delay
from vcam.daemon.protocol import VideoDelay
from vcam.ipc.lips_mailbox import LipReader
from vcam.ipc.mailbox import Mailbox
from vcam.networks.sound import SoundNetworks
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus
from vcam.troubles import Troubles

_PERIOD = frames.HOP / frames.RATE
_RECOVERED = 3.0  # seconds without an error
_SMOOTHING, _METER = 0.05, 0.2  # of a new value, a block

Networks = Callable[[bool], SoundNetworks]
"""Opens them, with those of the lips or without."""


class Enhancer:
    """Used by one thread. `figures` are what it knows of an `AudioStatus`, for others to copy.

    What is amiss is among the `troubles` as "networks" and, of a stage, "stage NAME".
    """

    def __init__(self, troubles: Troubles) -> None:
        self.figures = AudioStatus()
        self._troubles = troubles
        self._lips: LipReader | None = None
        self._pipeline = AudioPipeline(call_stages(None))
        self._stream = 0
        self._state: AudioState | None = None
        self._delay = delay.start()
        self._late = False
        self._erred: dict[str, float] = {}
        self._path = 0.0
        self._took = 0.0

    def open(self, networks: Networks, lips_mailbox: str) -> None:
        """Opens the networks, without those of the lips where need be, and the lips' mailbox.

        Until then, and without any, the voice is plain.
        """
        for lips in (True, False):
            try:
                opened = networks(lips)
            except VcamError as error:
                self._troubles.put("networks", error.reason)
                continue
            self.figures.provider = opened.provider
            self._pipeline = AudioPipeline(call_stages(opened))
            break
        try:
            self._lips = LipReader(Mailbox.attach(lips_mailbox))
        except VcamError:
            self._lips = None  # without the picture's process there are no lips to read

    def step(
        self, captured: Captured, stream: int, settings: Settings, video: VideoDelay
    ) -> tuple[float, AudioResult]:
        """Takes in a block; gives out an earlier one, enhanced, and when it was captured.

        Another `stream` than the last one's begins anew. The sound is held back until the picture
        leaves, which `video` tells.
        """
        began = time.perf_counter()
        if stream != self._stream:
            self._stream, self._state = stream, None
            self._delay = delay.start(delay.held(self._delay))
        hold = video.seconds - self._path if video.live else 0.0
        self._delay, held = delay.step(self._delay, captured.block, hold)
        moment = captured.time - delay.held(self._delay)
        lips = self._lips if settings.lips == "auto" else None
        self._state, result = self._pipeline.step(
            self._state,
            held,
            audio_options(settings),
            lips.at(moment) if lips else None,
            late=self._late,
        )
        for stage, error in result.errors.items():
            self._troubles.put(f"stage {stage}", error)
            self._erred[stage] = captured.time
        for stage, last in [*self._erred.items()]:
            if captured.time - last > _RECOVERED:
                self._troubles.clear(f"stage {stage}")
                del self._erred[stage]
        self._took = time.perf_counter() - began
        self._late = self._took > _PERIOD
        return moment - self._pipeline.latency / frames.RATE, result

    def sent(self, captured: float, result: AudioResult, ahead: float) -> None:
        """Counts a block that has left; a reader hears it `ahead` seconds from now.

        `captured` is the capture time of the block that went in for it.
        """
        path = time.monotonic() - captured + self._pipeline.latency / frames.RATE + ahead
        self._path += (path - self._path) * (_SMOOTHING if self._path else 1.0)
        back = delay.held(self._delay)
        figures = self.figures
        figures.blocks += 1
        figures.late_blocks += self._late
        figures.bypassed_blocks += result.bypassed
        figures.block_ms += (self._took * 1e3 - figures.block_ms) * _SMOOTHING
        figures.delay_ms, figures.held_ms = (self._path + back) * 1e3, back * 1e3
        known = self._state.stages if self._state else {}
        gate, mute = known.get(LipGateStage.name), known.get(MuteStage.name)
        figures.gate = gate.g if gate else 0.0
        figures.unheard = mute.spoken_to if mute else False
        figures.level_in_db += (result.level_in_db - figures.level_in_db) * _METER
        figures.level_out_db += (result.level_out_db - figures.level_out_db) * _METER

    def rest(self) -> None:
        """Nothing comes for now."""
        self.figures.unheard = False
        self.figures.level_in_db = self.figures.level_out_db = SILENCE_DB
