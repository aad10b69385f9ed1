"""What the loudspeakers play is not sent back, and the voice stays as it is."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from tests.audio.test_pipeline import run
from tests.material import spoken
from vcam.audio.capture.contract import Captured
from vcam.audio.echo_canceller import EchoCanceller, canceller_opener
from vcam.audio.frames import DELAY, HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioResult, AudioState, level_db
from vcam.audio.stages import echo
from vcam.audio.stages.contract import SoundWork
from vcam.audio.stages.echo import EchoOptions, EchoStage, EchoState
from vcam.audio.stages.order import AudioOptions, call_stages, sound_stages
from vcam.audio.worker.reference_track import ReferenceTrack
from vcam.schema.errors import VcamError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the canceller")
CANCELLER = EchoCanceller.late
SECONDS = 7


@pytest.fixture(scope="module")
def far() -> Block:
    return spoken(SECONDS)


@pytest.fixture(scope="module")
def near(far: Block) -> Block:
    return np.roll(far[::-1], RATE).copy() * np.float32(0.5)


def room(far: Block, delay: float, *, drift: float = 0.0) -> Block:
    """What a small room and a poor loudspeaker send back of it, `delay` seconds later."""
    rng = np.random.default_rng(0)
    response = rng.standard_normal(RATE // 5) * np.exp(-np.arange(RATE // 5) / (0.03 * RATE))
    response[0] = 8.0
    size = 1 << 21
    wet = np.fft.irfft(np.fft.rfft(np.tanh(3 * far), size) * np.fft.rfft(response, size), size)
    places = np.arange(len(far)) * (1 + drift) - delay * RATE
    sound = np.interp(places, np.arange(len(far)), wet[: len(far)], left=0.0)
    return (sound * (0.05 / np.sqrt(np.mean(sound**2)))).astype(np.float32)


def call(
    heard: Block, far: Block | None, **options: Any
) -> tuple[Block, list[AudioResult], AudioState]:
    pipeline = AudioPipeline([EchoStage(EchoCanceller)])
    state: AudioState | None = None
    results = []
    for i in range(0, len(heard), HOP):
        played = None if far is None else far[i : i + HOP]
        state, result = pipeline.step(
            state, heard[i : i + HOP], AudioOptions(**options), reference=played
        )
        results.append(result)
    assert state is not None
    return np.concatenate([result.block for result in results]), results, state


def plain(heard: Block) -> Block:
    return run(AudioPipeline(), heard)[0]


@pytest.mark.parametrize(("delay", "drift"), [(0.02, 1e-4), (0.4, 0.0)])
def test_an_echo_of_any_delay_is_gone_within_seconds(
    far: Block, delay: float, drift: float
) -> None:
    heard = room(far, delay, drift=drift)
    out, results, _ = call(heard, far)
    tuned = slice(4 * RATE, None)
    assert level_db(out[tuned]) < level_db(heard[tuned]) - 20
    assert results[-1].late == DELAY + CANCELLER and not any(result.error for result in results)


def test_in_double_talk_the_voice_is_heard_and_the_echo_is_not(far: Block, near: Block) -> None:
    heard = near + room(far, 0.1)
    out, _, _ = call(heard, far)
    voice, left = plain(near)[4 * RATE : -CANCELLER], out[4 * RATE + CANCELLER :]
    before = plain(heard)[4 * RATE : -CANCELLER]
    assert likeness(voice, left) > likeness(voice, before) + 0.05


class Leaves:
    """A canceller of no filter: it leaves a share of everything, a few samples later."""

    late = 48

    def __init__(self, share: float) -> None:
        self._share, self._before = share, np.zeros(self.late, np.float32)

    def process(self, near: Block, far: Block) -> Block:
        both = np.concatenate([self._before, near])
        self._before = both[HOP:]
        return both[:HOP] * np.float32(self._share)


@pytest.mark.parametrize(("leaves", "goes_out"), [(0.1, 0.1), (0.7, 0.709), (1.0, 1.0)])
def test_where_a_voice_is_left_a_little_of_the_microphone_is_heard_beside_it(
    far: Block, near: Block, leaves: float, goes_out: float
) -> None:
    """At the same moment; an echo alone goes out as the canceller has left it."""
    stage, state = EchoStage(lambda: Leaves(leaves)), None
    blocks = []
    for i in range(0, RATE, HOP):
        work = SoundWork(near[i : i + HOP], reference=far[i : i + HOP])
        state, work = stage.step(state, work, EchoOptions(echo="on"))
        blocks.append(work.block)
    settled = slice(RATE // 2, RATE)
    there = np.roll(near, Leaves.late)[settled]
    np.testing.assert_allclose(np.concatenate(blocks)[settled], goes_out * there, atol=1e-6)


def likeness(one: Block, other: Block) -> float:
    """Correlation of the magnitudes of their spectra, 0 to 1."""
    whole = len(one) // 960 * 960
    shapes = [np.abs(np.fft.rfft(sound[:whole].reshape(-1, 960))).ravel() for sound in (one, other)]
    return float(np.corrcoef(shapes[0], shapes[1])[0, 1])


@pytest.mark.parametrize("silent", [True, False])
def test_with_nothing_playing_the_voice_is_untouched(near: Block, silent: bool) -> None:
    out, results, _ = call(near, np.zeros_like(near) if silent else None, echo="on")
    np.testing.assert_array_equal(out, plain(near))
    assert {result.late for result in results} == {DELAY}


def test_with_headphones_it_leaves_the_voice_alone_soon_and_comes_back_with_the_echo(
    far: Block, near: Block
) -> None:
    """Other loudspeakers were chosen, of a kind that the system does not tell from headphones."""
    played, voice = np.tile(far, 3), np.tile(near, 3)
    coupled = np.concatenate([np.zeros_like(far), np.zeros_like(far), room(far, 0.1)])
    out, results, _ = call(voice + coupled, played)
    late = [result.late - DELAY for result in results]
    assert late[100] == CANCELLER and late[1000] == 0 and late[-1] == CANCELLER
    headphones = slice(10 * RATE, 14 * RATE)
    np.testing.assert_array_equal(out[headphones], plain(voice)[headphones])


def test_off_is_off(far: Block) -> None:
    heard = room(far, 0.1)
    out, _, state = call(heard, far, echo="off")
    np.testing.assert_array_equal(out, plain(heard))
    assert EchoStage.name not in state.stages


@pytest.mark.long
def test_it_comes_and_goes_without_a_click(near: Block, far: Block) -> None:
    """Played for a second, then not for long: the voice fades over to the canceller and back."""
    played = np.concatenate([np.zeros(RATE), far[RATE : 2 * RATE], np.zeros(13 * RATE)])
    hum = 0.3 * np.sin(2 * np.pi * 220 / RATE * np.arange(len(played)))
    out, results, _ = call(hum.astype(np.float32), played.astype(np.float32))
    late = [result.late > DELAY for result in results]
    assert late[150] and late[1000] and not late[-1]
    steps = np.abs(np.diff(out[2 * HOP :]))
    assert steps.max() < 2 * np.abs(np.diff(hum)).max()


@pytest.mark.parametrize("off", [{"echo": "off"}, {"bypass": True}])
def test_it_is_switched_off_and_on_while_it_cancels_without_a_click(
    far: Block, off: dict[str, Any]
) -> None:
    hum = (0.3 * np.sin(2 * np.pi * 280 / RATE * np.arange(3 * RATE))).astype(np.float32)
    pipeline = AudioPipeline([EchoStage(EchoCanceller)])
    state: AudioState | None = None
    out, late = [], []
    for i in range(0, len(hum), HOP):
        options = AudioOptions(**(off if RATE <= i < 2 * RATE else {}))
        played = far[RATE + i : RATE + i + HOP]
        state, result = pipeline.step(state, hum[i : i + HOP], options, reference=played)
        out.append(result.block)
        late.append(result.late - DELAY)
    assert (late[99], late[101], late[-1]) == (CANCELLER, 0, CANCELLER)
    assert np.abs(np.diff(np.concatenate(out)[2 * HOP :])).max() < 2 * np.abs(np.diff(hum)).max()


def test_another_pipeline_knows_of_the_headphones(far: Block, near: Block) -> None:
    """A denoiser that takes over does not put the voice through its own canceller first."""
    voice, played = np.tile(near, 3), np.tile(far, 3)
    _, results, state = call(voice, played)
    assert results[-1].late == DELAY
    known: EchoState = state.stages[EchoStage.name]
    stage = EchoStage(EchoCanceller)
    work = SoundWork(voice[:HOP], reference=played[:HOP])
    after, done = stage.step(known.apart(), work, AudioOptions())
    assert done.block is work.block and not after.cancelling
    assert after.canceller not in (None, known.canceller)


def test_a_canceller_that_fails_costs_nothing_but_the_echo(far: Block) -> None:
    class Failing:
        late = 0

        def process(self, near: Block, far: Block) -> Block:
            raise RuntimeError("no memory")

    pipeline = AudioPipeline([EchoStage(Failing)])
    out, results = run(pipeline, far, reference=far[:HOP] + np.float32(0.1))
    np.testing.assert_array_equal(out, plain(far))
    assert "others may hear themselves" in str(results[5].error)


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    with pytest.raises(VcamError, match=r"install vcam again\.$"):
        canceller_opener()


def test_recordings_have_none() -> None:
    assert echo.EchoStage.name in [stage.name for stage in call_stages(None, EchoCanceller)]
    assert not any(stage.reference for stage in (*sound_stages(None), *call_stages(None)))


def played_by(
    track: ReferenceTrack, sound: Block, *, late: float = 0.0, drift: float = 0.0
) -> None:
    for i in range(0, len(sound), HOP):
        track.put(Captured(sound[i : i + HOP], 100.0 + late + i / RATE * (1 + drift)))


def test_a_moment_finds_what_was_played_then() -> None:
    track = ReferenceTrack()
    ramp = np.arange(RATE, dtype=np.float32) / np.float32(RATE)
    assert track.at(100.0) is None
    played_by(track, ramp)
    found = track.at(100.5)
    assert found is not None
    np.testing.assert_allclose(found, ramp[RATE // 2 : RATE // 2 + HOP], atol=1e-4)
    assert track.at(102.0) is None  # nothing comes any more


def test_two_clocks_are_followed_without_a_jump() -> None:
    """The loudspeakers' clock is 100 ppm slow, and their blocks come in fours, with jitter."""
    track, rng = ReferenceTrack(), np.random.default_rng(0)
    places = []
    for i in range(2000):
        now = 100.0 + i * 0.01
        if i % 4 == 0:
            for k in range(4):
                played = np.arange((i + k) * HOP, (i + k + 1) * HOP, dtype=np.float32)
                when = 100.0 + (i + k) * 0.01 * (1 + 1e-4) + rng.uniform(0, 5e-5)
                track.put(Captured(played, when))
        found = track.at(now)
        assert found is not None
        places.append(float(found[HOP // 2]))
    assert np.abs(np.diff(places[300:]) - HOP).max() < 0.7


def test_what_comes_late_is_waited_for() -> None:
    """Asked for before it is there, it is given later and then always as much later."""
    track = ReferenceTrack()
    sound = np.arange(3 * RATE, dtype=np.float32)
    lags = []
    for i in range(0, 2 * RATE, HOP):
        track.put(Captured(sound[i : i + HOP], 100.0 + i / RATE))
        found = track.at(100.015 + i / RATE)
        assert found is not None
        lags.append(round(i + 0.015 * RATE - float(found[0])))
    assert len(set(lags[120:])) == 1 and 0 < lags[-1] <= 3 * HOP
