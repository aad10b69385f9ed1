"""What a call does to each block, and what that takes: delay, pipeline, and their figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from vcam.audio import frames
from vcam.audio.capture.contract import Captured
from vcam.audio.denoisers.registry import FAST
from vcam.audio.echo_canceller import canceller_opener
from vcam.audio.options import audio_options
from vcam.audio.pipeline import SILENCE_DB, AudioPipeline, AudioResult
from vcam.audio.speech_detector import open_detector
from vcam.audio.stages.echo import Canceller, EchoStage
from vcam.audio.stages.enrolment import ENROLLED
from vcam.audio.stages.level import SpeechDetector
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.mute import MuteStage
from vcam.audio.stages.my_voice import MyVoice, MyVoiceStage, MyVoiceState
from vcam.audio.stages.order import AudioOptions, call_stages
from vcam.audio.worker import delay
from vcam.audio.worker.choice import DenoiserChoice, chosen
from vcam.audio.worker.path import Handover, Path, Played, Seen
from vcam.daemon.protocol import VideoDelay
from vcam.ipc.lips_mailbox import LipReader
from vcam.ipc.mailbox import Mailbox
from vcam.networks.sound import SoundNetworks
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus
from vcam.troubles import Troubles

_PERIOD = frames.HOP / frames.RATE
_RECOVERED = 3.0  # seconds without an error
_SMOOTHING, _METER = 0.05, 0.2  # of a new value, a block

Networks = Callable[[bool, str], SoundNetworks]
"""Opens them, with those that tell whose voice it is or without, and the denoiser of this name."""


class Enhancer:
    """Used by one thread. `figures` are what it knows of an `AudioStatus`, for others to copy.

    What is amiss is among the `troubles` as "networks", "denoiser", "echo", "level", "voices" and,
    of a stage, "stage NAME".
    """

    def __init__(self, troubles: Troubles) -> None:
        self.figures = AudioStatus()
        self._troubles = troubles
        self._lips: LipReader | None = None
        self._path = Path(AudioPipeline(call_stages(None)))
        self._handover: Handover | None = None
        self._choice: DenoiserChoice | None = None
        self._stream = 0
        self._late = False
        self._erred: dict[str, float] = {}
        self._way = 0.0
        self._behind = 0.0
        self._private_until = 0.0
        self._no_level: Reason | None = None
        self._my_voice: MyVoice | None = None
        self._took = 0.0
        self._settings: Settings | None = None
        self._options = AudioOptions()

    def open(self, networks: Networks, lips_mailbox: str) -> None:
        """Opens our own networks, without those of the lips where need be, and the lips' mailbox.

        Until then, and without any, the voice is plain. Another denoiser takes over later.
        """
        stages = partial(call_stages, canceller=self._canceller(), detector=self._detector())
        for lips in (True, False):
            try:
                opened = networks(lips, FAST)
            except VcamError as error:
                self._troubles.put("networks", error.reason)
                continue
            self._take(Path(AudioPipeline(stages(opened)), FAST, opened.provider))
            self._my_voice = opened.my_voice
            self._choice = DenoiserChoice(self._troubles, partial(networks, lips), stages)
            break
        try:
            self._lips = LipReader(Mailbox.attach(lips_mailbox))
        except VcamError:
            self._lips = None  # without the picture's process there are no lips to read

    def _canceller(self) -> Callable[[], Canceller] | None:
        try:
            return canceller_opener()
        except VcamError as error:
            self._troubles.put("echo", error.reason)
            return None

    def _detector(self) -> SpeechDetector | None:
        try:
            return open_detector()
        except VcamError as error:
            self._no_level = error.reason
            return None

    def step(
        self,
        captured: Captured,
        stream: int,
        settings: Settings,
        video: VideoDelay,
        played: Played,
    ) -> tuple[float, AudioResult]:
        """Takes in a block; gives out an earlier one, enhanced, and when it was captured.

        Another `stream` than the last one's begins anew. The sound is held back until the picture
        leaves, which `video` tells.
        """
        began = time.perf_counter()
        if stream != self._stream:
            self._stream = stream
            if self._handover is not None:
                self._take(self._handover.new)
            self._path.begin()
        if self._no_level is not None:
            self._troubles.put("level", self._no_level if settings.level else None)
        if settings is not self._settings:
            self._settings, self._options = settings, audio_options(settings)
        options = self._options
        if self._my_voice is not None:
            known = settings.voices == "everyone" or self._my_voice.knows(settings.my_voice)
            self._troubles.put("voices", None if known else self._enrolment(options))
        if self._choice is not None:
            self._choose(self._choice, chosen(settings.denoiser, picture=video.live))
        hold = video.seconds - self._way if video.live else 0.0
        lips = self._lips if settings.lips == "auto" else None
        moment, result = self._pass(
            captured,
            hold,
            self._discreet(options, captured.time),
            lips.at if lips else _blind,
            played,
        )
        self._behind = captured.time - moment
        for stage, error in result.errors.items():
            self._troubles.put(f"stage {stage}", error)
            self._erred[stage] = captured.time
        for stage, last in [*self._erred.items()]:
            if captured.time - last > _RECOVERED:
                self._troubles.clear(f"stage {stage}")
                del self._erred[stage]
        self._took = time.perf_counter() - began
        self._late = self._took > _PERIOD
        return moment, result

    def _enrolment(self, options: AudioOptions) -> Reason:
        """How far the lips have taught a voice that nobody else has."""
        if not options.enrols:
            return Reason.of("voices.not_learned")
        stages = self._path.state.stages if self._path.state else {}
        state: MyVoiceState | None = stages.get(MyVoiceStage.name)
        known = state.enrolment if state else None
        if known is not None and known.over:
            return Reason.of("voices.learned")
        heard = int(known.seconds) if known else 0
        return Reason.of("voices.learning", heard=heard, wanted=int(ENROLLED))

    def _discreet(self, options: AudioOptions, time: float) -> AudioOptions:
        """What was said while muted stays unheard, although it is held back and leaves later."""
        if options.mute:
            self._private_until = time + _PERIOD
        mute = time - self._behind < self._private_until
        return options if mute == options.mute else replace(options, mute=mute)

    def _choose(self, choice: DenoiserChoice, wanted: str) -> None:
        choice.ask(wanted, (self._handover.new if self._handover else self._path).denoiser)
        if self._handover is None:
            choice.watch(self._path.denoiser, self._late)
            if (found := choice.take()) is not None:
                self._handover = Handover(self._path, found)

    def _pass(
        self, captured: Captured, hold: float, options: AudioOptions, seen: Seen, played: Played
    ) -> tuple[float, AudioResult]:
        late = self._late
        if (handover := self._handover) is None:
            return self._path.step(captured, hold, options, seen, played, late=late)
        over, moment, result = handover.step(captured, hold, options, seen, played, late=late)
        if over:
            self._way += handover.behind / frames.RATE
            self._take(handover.new)
        return moment, result

    def _take(self, path: Path) -> None:
        self._path, self._handover = path, None
        self.figures.denoiser, self.figures.provider = path.denoiser, path.provider
        self.figures.denoiser_ms = 1e3 * (frames.HOP + path.pipeline.latency) / frames.RATE

    def sent(self, captured: float, result: AudioResult, ahead: float) -> None:
        """Counts a block that has left; a reader hears it `ahead` seconds from now.

        `captured` is the capture time of the block that went in for it.
        """
        way = time.monotonic() - captured + result.late / frames.RATE + ahead
        self._way += (way - self._way) * (_SMOOTHING if self._way else 1.0)
        back = delay.held(self._path.delay)
        figures = self.figures
        figures.blocks += 1
        figures.late_blocks += self._late
        figures.bypassed_blocks += result.bypassed
        figures.block_ms += (self._took * 1e3 - figures.block_ms) * _SMOOTHING
        figures.delay_ms, figures.held_ms = (self._way + back) * 1e3, back * 1e3
        known = self._path.state.stages if self._path.state else {}
        gate, mute = known.get(LipGateStage.name), known.get(MuteStage.name)
        echo = known.get(EchoStage.name)
        figures.gate = min((one.g for one in (gate or {}).values() if one), default=0.0)
        figures.echo = echo.cancelling if echo else False
        figures.unheard = mute.spoken_to if mute else False
        figures.level_in_db += (result.level_in_db - figures.level_in_db) * _METER
        figures.level_out_db += (result.level_out_db - figures.level_out_db) * _METER

    def rest(self) -> None:
        """Nothing comes for now."""
        self.figures.echo = self.figures.unheard = False
        self.figures.level_in_db = self.figures.level_out_db = SILENCE_DB


def _blind(_moment: float) -> tuple[()]:
    return ()
