"""A sound loop with real source, sink and pipeline; only the devices and networks are ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, cast

import numpy as np

from tests.waiting import until
from vcam.audio.capture.contract import (
    Captured,
    Microphone,
    MicrophoneChoice,
    MicrophoneError,
)
from vcam.audio.frames import HOP, Block
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.stages.lipgate import LipGate
from vcam.audio.stages.my_voice import MyVoice
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo, SystemView
from vcam.audio.worker.loop import SoundLoop
from vcam.daemon.protocol import (
    LIPS_CAPACITY,
    NewSettings,
    SoundStart,
)
from vcam.ipc.mailbox import Mailbox
from vcam.lips import LipObservation
from vcam.networks.sound import SoundNetworks
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus

YETI = MicrophoneInfo(0, "yeti", "Yeti", default=True)
LAPTOP = MicrophoneInfo(1, "laptop", "Built-in")
VOICE = np.full(HOP, 0.25, np.float32)


class FakeMicrophone(Microphone):
    """Gives the voice as fast as it is asked, until it is `gone` or `hangs`."""

    def __init__(self, choice: MicrophoneChoice) -> None:
        self.label = choice.label
        self.gone = self.hangs = self.closed = self.dead = False
        self.fault: Exception | None = None
        self.vain = 0  # attempts to free it that do not help
        self.freed = Event()
        self.listened: list[FakeMicrophone] = []

    @classmethod
    def open(cls, choice: MicrophoneChoice) -> FakeMicrophone:
        return cls(choice)

    def read(self) -> Captured:
        time.sleep(0.001)
        if self.hangs:
            self.freed.wait()
            raise MicrophoneError("microphone.silent", name=self.label)
        if self.gone:
            raise MicrophoneError("microphone.gone", name=self.label)
        if self.fault:
            raise self.fault
        return Captured(VOICE * (not self.dead), time.monotonic())

    def open_reference(self, loudspeakers: LoudspeakersInfo) -> FakeMicrophone:
        choice = MicrophoneChoice("fake", loudspeakers.name, loudspeakers.label)
        self.listened.append(FakeMicrophone(choice))
        return self.listened[-1]

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.vain -= 1
        if self.vain < 0:
            self.freed.set()


class FakePublisher(MicrophonePublisher):
    """Keeps what it is sent. `listening` says whether somebody records it."""

    kind = "pulse"

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(changed)
        self.listening = True
        self.refuses = False
        self.seen: SystemView | None = SystemView("fake", (YETI, LAPTOP))
        self.sent: list[Block] = []

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None

    @property
    def system(self) -> SystemView | None:
        return self.seen

    def open(self) -> None:
        return

    def wake(self) -> None:
        return

    def send(self, block: Block) -> None:
        if self.refuses:
            raise PublishError("server.stopped")
        self.sent.append(block)

    def rest(self) -> None:
        return

    def readers(self) -> list[str]:
        return ["a call"] if self.listening else []

    def close(self, *, remove: bool = True) -> None:
        return


class FakeNet:
    """A denoiser that mutes everything, unless it is told to be `slow` or to fail with `error`."""

    lookahead = 0

    def __init__(self) -> None:
        self.slow = 0.0
        self.error: Exception | None = None

    def clean(self, memory: None, spectrum: np.ndarray) -> tuple[None, np.ndarray]:
        time.sleep(self.slow)
        if self.error:
            raise self.error
        return memory, np.zeros_like(spectrum)


class FakeGate:
    """Remembers the mouths it was shown."""

    def __init__(self) -> None:
        self.mouths: list[LipObservation | None] = []

    def step(
        self, state: None, irm: np.ndarray, spectrum: np.ndarray, mouth: LipObservation | None
    ) -> tuple[None, np.ndarray]:
        self.mouths.append(mouth)
        return state, irm


class Rig:
    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(**{"denoiser": "fast"} | settings)
        self.lips = Mailbox.create(folder / "lips", LIPS_CAPACITY)
        self.net, self.gate = FakeNet(), FakeGate()
        self.my_voice: Any = None
        self.unopenable: set[bool] = set()
        self.missing: set[str] = set()
        self.opened_for: list[str] = []
        self.opening = 0.0
        self.opened: list[FakeMicrophone] = []
        self.first: MicrophonePublisher | None = None
        self._start = SoundStart(
            settings=self.settings, microphone=None, lips_mailbox=str(self.lips.path)
        )

    def start(self) -> None:
        self.loop = SoundLoop(
            self._start,
            microphones=self._microphone,
            publishers=self._publisher,
            networks=self._networks,
        )
        self.loop.start()

    @property
    def device(self) -> FakeMicrophone:
        return self.opened[-1]

    @property
    def status(self) -> AudioStatus:
        self.loop.check()
        return self.loop.status()

    @property
    def keys(self) -> list[str]:
        return [reason.key for reason in self.status.reasons]

    def live(self, more: int = 10) -> None:
        goal = self.status.blocks + more
        until(lambda: self.status.blocks >= goal, why=f"{more} more blocks leave")

    def set(self, **changes: Any) -> None:
        self.settings = self.settings.model_copy(update=changes)
        self.loop.tell(NewSettings(self.settings))

    def loudest(self, blocks: int = 10) -> float:
        """Of so many blocks from now on, but for those that were under way."""
        before = len(self.publisher.sent)
        self.live(blocks + 5)
        return float(np.abs(self.publisher.sent[before + 5 :]).max())

    def denoised(self) -> None:
        """The net mutes everything; on a busy machine a block may be late and go through plain."""
        until(lambda: self.loudest() == 0.0, why="the net is heard")

    def _microphone(self, choice: MicrophoneChoice) -> Microphone:
        self.opened.append(FakeMicrophone.open(choice))
        return self.device

    def _publisher(self, changed: Callable[[], None]) -> MicrophonePublisher:
        if (first := self.first) is not None:
            self.first = None
            return first
        self.publisher = FakePublisher(changed)
        return self.publisher

    def _networks(self, lips: bool, denoiser: str) -> SoundNetworks:
        self.opened_for.append(denoiser)
        time.sleep(self.opening)
        if denoiser in self.missing:
            raise VcamError("denoiser.missing", name=denoiser, package="'the package'")
        if lips in self.unopenable:
            raise VcamError("models.missing", path="lips.onnx" if lips else "denoise.onnx")
        gate = cast(LipGate, self.gate) if lips else None
        return SoundNetworks(
            cast(Any, self.net), gate, cast(MyVoice | None, self.my_voice), "CPUExecutionProvider"
        )
