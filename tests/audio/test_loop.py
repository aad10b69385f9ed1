"""The sound's loop with real source, sink and pipeline; only the devices and networks are ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any, cast

import numpy as np
import pytest

from tests.waiting import until
from vcam.audio.capture.contract import (
    Captured,
    Microphone,
    MicrophoneChoice,
    MicrophoneError,
)
from vcam.audio.capture.registry import MICROPHONES
from vcam.audio.denoisers import registry
from vcam.audio.frames import BINS, HOP, Block
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.preview import PreviewPublisher
from vcam.audio.stages.lipgate import LipGate
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo, SystemView
from vcam.audio.worker import (
    choice,
    enhancer,
    loop,
    monitor,
    reference,
    sink,
    source,
    trial,
)
from vcam.audio.worker.loop import SoundLoop
from vcam.daemon.protocol import (
    LIPS_CAPACITY,
    NewSettings,
    PreviewWanted,
    Recorded,
    SoundDelay,
    SoundStart,
    Suspended,
    TrialWanted,
)
from vcam.ipc.lips_mailbox import LipWriter
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.ring import Ring
from vcam.lips import LANDMARKS, LipObservation, absent
from vcam.networks.sound import SoundNetworks
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus
from vcam.schema.trial import RESULT, SOUND

YETI = MicrophoneInfo(0, "yeti", "Yeti", default=True)
LAPTOP = MicrophoneInfo(1, "laptop", "Built-in")
VOICE = np.full(HOP, 0.25, np.float32)


class FakeMicrophone(Microphone):
    """Gives the voice as fast as it is asked, until it is `gone` or `hangs`."""

    def __init__(self, choice: MicrophoneChoice) -> None:
        self.label = choice.label
        self.gone = self.hangs = self.closed = self.dead = False
        self.fault: Exception | None = None
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

    def __init__(self) -> None:
        self.slow = 0.0
        self.error: Exception | None = None

    def mask(self, memory: None, spectrum: np.ndarray) -> tuple[None, np.ndarray]:
        time.sleep(self.slow)
        if self.error:
            raise self.error
        return memory, np.zeros(BINS, np.float32)


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
            raise VcamError("denoiser.missing", name=denoiser, package="'vcam[best]'")
        if lips in self.unopenable:
            raise VcamError("models.missing", path="lips.onnx" if lips else "denoise.onnx")
        gate = cast(LipGate, self.gate) if lips else None
        return SoundNetworks(cast(Any, self.net), gate, "CPUExecutionProvider")


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    built: list[Rig] = []
    monkeypatch.setattr(loop, "step_forward", lambda *_, **__: None)
    monkeypatch.setitem(MICROPHONES, "fake", f"{__name__}:FakeMicrophone")
    monkeypatch.setattr(loop, "_LINGER", 0.1)
    monkeypatch.setattr(enhancer, "_RECOVERED", 0.1)

    def build(before: Callable[[Rig], None] = lambda rig: None, **settings: Any) -> Rig:
        built.append(Rig(tmp_path, **settings))
        before(built[-1])
        built[-1].start()
        return built[-1]

    yield build
    for one in built:
        for device in one.opened:
            device.abort()
        one.loop.stop(remove=True)


def test_it_enhances_what_somebody_listens_to(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    status = run.status
    assert (status.state, status.source, status.sink) == ("live", "Yeti", "Enhanced Microphone")
    assert (status.reader_present, status.readers) == (True, ["a call"])
    assert status.provider == "CPUExecutionProvider" and status.reasons == []
    run.denoised()


def test_it_lets_the_microphone_go_while_nobody_listens(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.publisher.listening = False
    until(lambda: run.status.state == "standby" and run.device.closed, why="it sleeps")
    assert (run.status.source, run.status.level_in_db) == (None, -120.0)
    run.loop.tell(PreviewWanted(True))
    run.live()
    assert len(run.opened) == 2 and run.status.reconnects == 0


def test_a_late_block_goes_through_plain_and_the_next_one_is_tried_again(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    before = run.status
    run.net.slow = 0.03
    until(lambda: run.status.late_blocks > before.late_blocks + 2)
    until(lambda: run.status.bypassed_blocks > before.bypassed_blocks + 2)
    assert run.loudest() > 0.2
    run.net.slow = 0.0
    run.live()
    assert run.status.state == "live"
    run.denoised()


def test_a_failing_net_is_told_until_it_has_recovered(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.net.error = RuntimeError("no memory")
    until(lambda: run.keys == ["denoiser.failed"], why="it says so")
    assert run.status.state == "degraded" and run.loudest() > 0.2
    run.net.error = None
    until(lambda: run.status.state == "live", why="it is forgotten")
    run.denoised()


def test_another_denoiser_takes_over_in_a_call(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    assert (run.status.denoiser, run.status.denoiser_ms) == ("fast", 20.0)
    run.set(denoiser="dtln")
    until(lambda: run.status.denoiser == "dtln", why="it takes over")
    assert run.status.state == "live" and run.keys == []


def test_one_that_is_chosen_back_while_another_takes_over_stays(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.set(denoiser="dtln")
    until(lambda: run.opened_for[-1] == "dtln", why="it is opened")
    run.live(20)
    run.set(denoiser="fast")
    until(lambda: run.opened_for == ["fast", "dtln", "fast"], why="it is opened again")
    run.live(300)
    until(lambda: run.status.denoiser == "fast", why="it comes back")


def test_a_denoiser_that_is_not_installed_is_told_with_its_cure(rig: Callable[..., Rig]) -> None:
    run = rig(lambda run: run.missing.add("best"))
    run.live()
    run.set(denoiser="best")
    until(lambda: run.keys == ["denoiser.stand_in"], why="it says so")
    assert run.status.reasons[0].text.endswith("install it with: pip install 'vcam[best]'")
    assert run.status.denoiser == "fast"
    run.set(denoiser="fast")
    until(lambda: run.status.state == "live", why="nothing is amiss any more")


def test_the_best_denoiser_gives_way_when_blocks_are_late(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "installed", lambda name: True)
    run = rig(denoiser="auto")
    until(lambda: run.status.denoiser == "best", why="the machine carries it")
    run.net.slow, run.opening = 0.03, 0.6
    until(lambda: run.status.denoiser == "fast", why="it falls back")
    assert run.keys == ["denoiser.fell_back"]
    assert run.opened_for == ["fast", "best", "fast"]
    run.net.slow = 0.0
    run.live()
    assert run.status.state == "live"
    run.set(denoiser="best")
    until(lambda: run.status.denoiser == "best" and run.keys == [], why="chosen, it is tried anew")
    run.net.slow = 0.03
    until(lambda: run.keys == ["denoiser.slow"], why="chosen, it stays and says so")
    assert run.status.denoiser == "best"


def test_what_a_machine_cannot_carry_is_not_taken(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "installed", lambda name: True)
    monkeypatch.setattr(choice, "ROOM", 0.0)
    run = rig(denoiser="auto")
    until(lambda: run.opened_for == ["fast", "best", "fast"], why="it was tried")
    run.live(200)
    assert run.status.denoiser == "fast" and run.keys == []


def test_a_lost_microphone_is_opened_again(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.device.gone = True
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert run.opened[0].closed
    assert (run.status.state, run.status.reconnects, run.keys) == ("live", 1, [])


def test_a_driver_that_fails_in_a_way_of_its_own_costs_no_more_than_a_lost_microphone(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    run.device.fault = RuntimeError("the driver is confused")
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert (run.status.state, run.status.reconnects, run.keys) == ("live", 1, [])


def test_a_second_trouble_is_told_while_the_first_lasts(rig: Callable[..., Rig]) -> None:
    def no_networks(run: Rig) -> None:
        run.unopenable = {True, False}

    run = rig(no_networks)
    run.live()
    assert run.keys == ["models.missing"] and run.loudest() > 0.2
    run.publisher.refuses = True
    until(lambda: set(run.keys) == {"models.missing", "server.stopped"}, why="both are told")
    run.publisher.refuses = False
    until(lambda: run.keys == ["models.missing"], why="the second is over")
    run.live()


def test_without_the_lips_networks_the_denoiser_still_works(rig: Callable[..., Rig]) -> None:
    def no_lips(run: Rig) -> None:
        run.unopenable = {True}

    run = rig(no_lips)
    run.live()
    assert run.keys == ["models.missing"] and "lips.onnx" in run.status.reasons[0].text
    run.denoised()


def test_a_microphone_that_hangs_is_freed(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_HANG", 0.2)
    run = rig()
    run.live()
    run.device.hangs = True
    until(lambda: "microphone.hangs" in run.keys, why="it is noticed")
    assert run.loop.responsive
    until(lambda: len(run.opened) == 2, why="it is opened again")
    run.live()
    assert run.keys == []


def test_after_sleep_the_microphone_is_opened_anew(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.loop.tell(Suspended(60.0))
    until(lambda: len(run.opened) == 2 and run.opened[0].closed)
    run.live()


def test_muted_nothing_leaves_nor_is_recorded_and_the_device_stays(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    """Not even where no network can be opened, with effects off or another microphone."""

    def no_networks(run: Rig) -> None:
        run.unopenable = {True, False}

    Ring.create(tmp_path / "tape", slots=4096, capacity=4 * HOP)
    run = rig(no_networks, mute=True)
    run.loop.tell(Recorded(str(tmp_path / "tape")))
    run.live()
    run.set(bypass=True, microphone="Built-in")
    until(lambda: run.status.source == "Built-in", why="the other one is open")
    run.live()
    assert run.status.state == "degraded" and run.keys == ["models.missing"]
    until(lambda: run.status.unheard, why="the voice is noticed")
    assert not np.any(run.publisher.sent)
    recorded = list(Ring.attach(tmp_path / "tape").after(0))
    assert recorded and not any(np.frombuffer(one.value, np.float32).any() for one in recorded)
    run.set(mute=False)
    until(lambda: run.loudest() > 0.2, why="the voice is heard")
    assert not run.status.unheard
    run.set(mute=True)
    assert run.loudest() == 0.0


def test_one_hears_oneself_live_and_nothing_else_notices(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Headphones:
        delay = 0.03

        def __init__(self) -> None:
            self.played: list[Block] = []
            self.closed = self.unplugged = False

        def play(self, block: Block) -> None:
            if self.unplugged:
                raise PublishError("server.stopped")
            self.played.append(block)

        def close(self) -> None:
            self.closed = True

    given: list[Headphones] = []

    def opened() -> Headphones:
        if not given:
            given.append(Headphones())
            raise PublishError("monitor.no_output")
        given.append(Headphones())
        return given[-1]

    monkeypatch.setattr(monitor, "_RETRY", 0.05)
    monkeypatch.setattr(monitor, "_open", opened)
    run = rig(monitor=True, bypass=True)
    until(lambda: "monitor.no_output" in run.keys, why="it says why nothing is heard")
    until(lambda: run.status.monitor_ms > 30 and not run.keys, why="it tries again")
    until(lambda: any(block.max() > 0.2 for block in given[1].played))
    given[1].unplugged = True
    until(lambda: len(given) == 3 and given[2].played, why="another output is looked for")
    assert given[1].closed and run.loudest() > 0.2 and run.status.xruns == 0
    run.set(monitor=False)
    until(lambda: given[2].closed and run.status.monitor_ms == 0)


def test_a_trial_is_kept_in_the_folder_that_was_asked_for(
    rig: Callable[..., Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_BLOCKS", 200)
    run = rig()
    run.live()
    run.loop.tell(TrialWanted(str(tmp_path)))
    until(lambda: run.status.trial > 0)
    until((tmp_path / RESULT).exists)
    assert (tmp_path / SOUND).exists() and run.status.trial == 0


def test_settings_count_from_the_next_block_on(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    run.denoised()
    run.set(bypass=True)
    assert run.loudest() > 0.2
    run.set(bypass=False, microphone="Built-in")
    until(lambda: run.status.source == "Built-in", why="the other one is open")
    assert run.opened[0].closed
    run.denoised()


def test_another_one_stands_in_until_the_wanted_microphone_is_there(
    rig: Callable[..., Rig],
) -> None:
    run = rig(microphone="Headset")
    run.live()
    assert (run.status.source, run.keys) == ("Yeti", ["microphone.stand_in"])
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP, MicrophoneInfo(2, "usb", "Headset")))
    until(lambda: run.status.source == "Headset", why="it is taken")
    assert run.keys == []


def test_auto_follows_the_system_and_returns_from_where_it_was_moved(
    rig: Callable[..., Rig],
) -> None:
    run = rig()
    run.live()
    recorded = frozenset({("microphone", "speakers.monitor"), ("reference", "speakers.monitor")})
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP), cast(Any, recorded))
    until(lambda: len(run.opened) == 2, why="it is opened anew")
    other = MicrophoneInfo(1, "laptop", "Built-in", default=True)
    run.publisher.seen = SystemView("fake", (MicrophoneInfo(0, "yeti", "Yeti"), other))
    until(lambda: run.status.source == "Built-in", why="the default is taken")


def test_a_microphone_that_is_muted_in_the_system_is_told(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.live()
    muted = MicrophoneInfo(0, "yeti", "Yeti", default=True, muted=True)
    run.publisher.seen = SystemView("fake", (muted, LAPTOP))
    until(lambda: run.keys == ["microphone.muted"], why="it says so")
    assert run.status.state == "degraded"
    run.publisher.seen = SystemView("fake", (YETI, LAPTOP))
    until(lambda: run.keys == [], why="it is over")
    assert len(run.opened) == 1


def test_lasting_digital_silence_is_told(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_SILENT", 50)
    run = rig()
    run.live()
    run.device.dead = True
    until(lambda: run.keys == ["microphone.only_silence"], why="it says so")
    assert run.status.state == "live"
    run.device.dead = False
    until(lambda: run.keys == [], why="it is over")


def test_the_loudspeakers_are_listened_to_and_followed_but_no_headphones(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "_RETRY", 0.05)

    def shows(name: str, headphones: bool = False) -> None:
        info = LoudspeakersInfo(f"{name}.monitor", name, headphones)
        run.publisher.seen = SystemView("fake", (YETI, LAPTOP), loudspeakers=info)

    def listening() -> list[str]:
        return [one.label for one in run.device.listened if not one.closed]

    run = rig()
    run.live()
    assert not run.device.listened
    shows("Speakers")
    until(lambda: listening() == ["Speakers"], why="it listens")
    shows("HDMI")
    until(lambda: listening() == ["HDMI"], why="it follows")
    run.device.listened[-1].gone = True
    until(lambda: len(run.device.listened) == 3, why="it listens again")
    shows("Headset", headphones=True)
    until(lambda: listening() == [], why="no microphone hears headphones")
    run.set(echo="on")
    until(lambda: listening() == ["Headset"], why="unless the user says so")
    run.set(echo="off")
    until(lambda: listening() == [], why="it is off")
    run.set(echo="on")
    until(lambda: listening() == ["Headset"], why="it is on again")
    run.publisher.listening = False
    until(lambda: run.status.state == "standby" and not listening(), why="it sleeps")
    assert run.keys == []


def test_the_gate_sees_the_mouth_and_that_it_is_lost(rig: Callable[..., Rig]) -> None:
    run = rig(lips="auto")
    writer = LipWriter(run.lips)
    points = np.zeros((len(LANDMARKS), 2), np.float32)

    def seen() -> LipObservation | None:
        writer.put(LipObservation(time.monotonic(), points, 60.0, 0.0, 1.0))
        return run.gate.mouths[-1] if run.gate.mouths else None

    until(seen, why="the mouth is seen")
    writer.put(absent(time.monotonic()))
    until(lambda: run.gate.mouths[-1] is None, why="it is lost")
    run.set(lips="off")
    until(lambda: not seen() and not seen(), why="nobody looks")


def test_a_message_for_the_picture_is_said_to_be_none_of_its_business(
    rig: Callable[..., Rig], caplog: pytest.LogCaptureFixture
) -> None:
    run = rig()
    run.loop.tell(SoundDelay(0.1))
    assert "not for the sound" in caplog.text
    run.live()


def test_from_the_preview_it_moves_to_a_real_microphone_once_there_can_be_one(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    possible = Event()
    monkeypatch.setattr(sink, "_LOOK", 0.05)
    monkeypatch.setattr(sink, "better_possible", lambda publisher: possible.is_set())

    def nowhere(run: Rig) -> None:
        preview = PreviewPublisher(lambda: None)
        preview.problem = Reason.of("server.none", cause=Reason.of("server.no_answer"))
        run.first = preview

    run = rig(nowhere, microphone="demo")
    run.live()  # for the preview's meters
    assert (run.status.sink, run.keys) == ("preview", ["server.none"])
    possible.set()
    until(lambda: run.status.sink == "Enhanced Microphone", why="it has moved")
    run.live()
    assert run.keys == []
