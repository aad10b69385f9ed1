"""The gate is exactly the denoiser without lips, never mutes, and lets the right voice through."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.material import all_pole
from vcam import lips
from vcam.audio import frames
from vcam.audio.frames import BINS, HOP, RATE
from vcam.audio.stages.contract import SoundWork
from vcam.audio.stages.denoise import DenoiseOptions
from vcam.audio.stages.lipgate import BANDS, LipGate, LipGateStage, band_energy, level
from vcam.audio.stages.mouth import FEATURES, MouthState, features, watch
from vcam.lips import LANDMARKS, LipObservation
from vcam.networks.models import open_model

VOICE = slice(4, 120)
"""Bins where vowels have their energy, 100 to 3000 Hz."""


@pytest.fixture(scope="module")
def gate() -> LipGate:
    return LipGate(open_model("lips"), open_model("gate"))


def mouth(time: float, opening: float) -> LipObservation:
    """A drawn face whose lower lip and jaw are `opening` (eye distances) down."""
    around = 2 * np.pi * np.arange(20) / 20
    outer = np.stack([-0.25 * np.cos(around), 0.62 + 0.08 * np.sin(around)], 1)
    inner = np.stack([-0.20 * np.cos(around), 0.62 + 0.01 * np.sin(around)], 1)
    rest = [(-0.5, 0), (-0.2, 0), (0.2, 0), (0.5, 0), (0, 0.35), (0, 0.3), (0, 1.2), (0, -0.75),
            (-0.75, 0), (0.75, 0), (0, -0.18), (0, 0)]  # fmt: skip
    points = np.concatenate([outer, inner, rest])
    for ring in (points[:20], points[20:40]):
        ring[1:10, 1] += opening * np.sin(around[1:10])
        ring[:, 0] *= 1 - opening
    points[LANDMARKS.index(152), 1] += 0.7 * opening
    return LipObservation(time, points.astype(np.float32), 70.0, 0.0, 1.0)


def spectra(
    blocks: int, loudness: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """IRM and spectrum of noise that the denoiser takes for a voice: as deep as one, and as loud
    as `loudness` (blocks,) says."""
    rng = np.random.default_rng(1)
    history = frames.start().history
    noise = 0.03 * all_pole([1, -0.95], rng.standard_normal(blocks * HOP))
    noise *= np.repeat(np.ones(blocks) if loudness is None else loudness, HOP)
    for block in noise.astype(np.float32).reshape(blocks, HOP):
        history, spectrum = frames.analyse(history, block)
        yield rng.uniform(0.6, 1.0, BINS).astype(np.float32), spectrum


def only(mouths: tuple[LipObservation, ...]) -> LipObservation | None:
    return mouths[0] if mouths else None


def seen_at(block: int, observations: np.ndarray) -> LipObservation | None:
    return only(lips.select(observations, block * HOP / RATE))


def closed_mouth(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(2)
    ring = []
    for i in range(int(25 * seconds)):
        one = mouth(i / 25, 0.002)
        noise = rng.normal(0, 0.0015, one.points.shape).astype(np.float32)
        ring.append(replace(one, points=one.points + noise))
    return lips.ring_of(ring)


def talking_mouth(seconds: float) -> np.ndarray:
    """About five syllables a second, some wide, some narrow, the lips closing now and then."""
    rng = np.random.default_rng(4)
    moments = np.arange(0, seconds, 1 / 25)
    opening = np.zeros(len(moments))
    begin = 0.0
    while begin < seconds:
        length, width = rng.uniform(0.14, 0.3), rng.uniform(0.04, 0.2)
        inside = (moments >= begin) & (moments < begin + length)
        opening[inside] = width * np.sin(np.pi * (moments[inside] - begin) / length) ** 2
        begin += length
    return lips.ring_of([mouth(t, o) for t, o in zip(moments, opening, strict=True)])


def conversation(seconds: float) -> np.ndarray:
    """Three seconds of talking, then a closed mouth until `seconds`."""
    ring = np.concatenate([talking_mouth(3), closed_mouth(seconds - 3)])
    ring["time"][75:] += 3
    return ring


def run(
    gate: LipGate,
    ring: np.ndarray,
    blocks: int,
    cut: int = 10**9,
    loudness: np.ndarray | None = None,
) -> np.ndarray:
    state, kept = None, []
    for i, (irm, spectrum) in enumerate(spectra(blocks, loudness)):
        seen = seen_at(i, ring) if i < cut else None
        state, mask = gate.step(state, irm, spectrum, seen)
        assert mask.dtype == np.float32 and mask.shape == (BINS,)
        kept.append(mask / irm)
    return np.array(kept)


def db(gains: np.ndarray) -> np.ndarray:
    return 20 * np.log10(gains)


def test_without_a_mouth_the_mask_is_the_denoisers(gate: LipGate) -> None:
    state = None
    for irm, spectrum in spectra(20):
        state, mask = gate.step(state, irm, spectrum, None)
        assert mask is irm


def test_a_mouth_that_spoke_and_closes_lowers_other_voices_by_no_more_than_3_db(
    gate: LipGate,
) -> None:
    gains = run(gate, conversation(7), 700)
    assert db(gains.min()) > -3 and gains.max() <= 1 + 1e-6
    assert db(gains[400:].mean()) < -2.5


def test_with_everyone_on_camera_nobody_seen_to_speak_is_lowered(gate: LipGate) -> None:
    """One of two falls silent, and the other goes on."""
    stage, talking, silent = LipGateStage(gate), talking_mouth(7), conversation(7)
    talking["face"], silent["face"] = 7, 2
    lowest = {}
    for name, ring in (("silent", silent), ("both", np.concatenate([silent, talking]))):
        state, gains = None, []
        ring = np.sort(ring, order="time", kind="stable")
        for i, (irm, spectrum) in enumerate(spectra(700)):
            work = SoundWork(spectrum.real[:HOP], spectrum, irm, clean=spectrum * irm)
            work = work._replace(mouths=lips.select(ring, i * HOP / RATE))
            state, done = stage.step(state, work, DenoiseOptions())
            assert done.mask is not None
            gains.append(float((done.mask / irm).mean()))
        lowest[name] = db(np.array(gains[400:]).mean())
    assert lowest["silent"] < -2.5 < -1 < lowest["both"]


def test_the_gate_tells_whether_the_lips_move_or_are_shut(gate: LipGate) -> None:
    stage, ring, state, told = LipGateStage(gate), conversation(7), None, []
    for i, (irm, spectrum) in enumerate(spectra(700)):
        work = SoundWork(spectrum.real[:HOP], spectrum, irm, clean=spectrum * irm)
        work = work._replace(mouths=lips.select(ring, i * HOP / RATE) if i < 600 else ())
        state, done = stage.step(state, work, DenoiseOptions())
        told.append(done.lips)
    talking, resting, away = np.array(told[150:300]), np.array(told[450:600]), np.array(told[650:])
    assert (talking == "moving").mean() > 0.5 and (talking == "shut").mean() < 0.1
    assert (resting == "shut").all() and (away == "unclear").all()


def test_a_mouth_that_never_moved_lowers_no_voice_by_more_than_3_db(gate: LipGate) -> None:
    """A ventriloquist, a mask, a picture that stands still."""
    assert db(run(gate, closed_mouth(6), 600).min()) > -3


def test_a_vowel_from_a_mouth_that_is_held_open_is_kept(gate: LipGate) -> None:
    held = lips.ring_of([mouth(3 + i / 25, 0.2) for i in range(75)])
    assert db(run(gate, np.concatenate([talking_mouth(3), held]), 600).min()) > -3


def test_a_syllable_from_closed_lips_is_kept(gate: LipGate) -> None:
    """Nobody else has spoken since the mouth closed."""
    loudness = np.full(600, 0.001)
    loudness[:300] = loudness[480:520] = 1.0
    gains = run(gate, conversation(6), 600, loudness=loudness)
    assert db(gains[480:520].min()) > -3


def test_the_lips_open_the_gate_within_a_block_of_being_seen_to_move(gate: LipGate) -> None:
    ring = np.concatenate([conversation(7), talking_mouth(2)])
    ring["time"][-50:] += 7
    gains = run(gate, ring, 800).mean(1)
    assert db(gains[690]) < -2.5
    wide = 7 + np.argmax(ring["points"][-50:, LANDMARKS.index(14), 1] > 0.7) / 25
    first = round(wide * RATE / HOP)
    assert db(gains[first + 1 : first + 20].min()) > -1


@pytest.mark.parametrize("ahead", [0.0, lips.LOOKAHEAD])
def test_a_voice_that_follows_the_mouth_is_let_through(gate: LipGate, ahead: float) -> None:
    ring = talking_mouth(3)
    heard = np.arange(300) * HOP / RATE
    opening = ring["points"][:, LANDMARKS.index(14), 1] - ring["points"][:, LANDMARKS.index(13), 1]
    state, before, after = None, 0.0, 0.0
    loudness = np.interp(heard, ring["time"], opening / opening.max())
    for i, (irm, spectrum) in enumerate(spectra(300, loudness)):
        state, mask = gate.step(state, irm, spectrum, only(lips.select(ring, heard[i], ahead)))
        if i >= 40:
            before += np.square(np.abs(spectrum) * irm)[VOICE].sum()
            after += np.square(np.abs(spectrum) * mask)[VOICE].sum()
    assert 10 * np.log10(after / before) > -1.5


@pytest.mark.parametrize("ring", [conversation(6), talking_mouth(6)])
def test_when_the_lips_are_lost_the_denoiser_is_back_within_100_ms(
    gate: LipGate, ring: np.ndarray
) -> None:
    state = None
    for i, (irm, spectrum) in enumerate(spectra(600)):
        seen = seen_at(i, ring) if i < 550 else None
        state, mask = gate.step(state, irm, spectrum, seen)
        if i >= 560:
            assert np.array_equal(mask, irm)


def test_observations_that_stop_coming_are_noticed_before_they_are_stale(gate: LipGate) -> None:
    gains = run(gate, conversation(6), 625)
    assert db(gains[595].mean()) < -2.5
    assert (gains[596 + 4 + 10 :] == 1).all()


def test_the_gate_closes_slowly(gate: LipGate) -> None:
    gains = run(gate, conversation(7), 700)
    steps = db(gains[1:] / gains[:-1])
    assert steps.min() > -0.5


def test_a_state_is_a_value(gate: LipGate) -> None:
    ring = talking_mouth(1)
    state = None
    blocks = list(spectra(30))
    for i, (irm, spectrum) in enumerate(blocks):
        state, _ = gate.step(state, irm, spectrum, seen_at(i, ring))
    first = gate.step(state, *blocks[-1], seen_at(30, ring))[1]
    gate.step(state, *blocks[3], seen_at(31, ring))
    assert np.array_equal(gate.step(state, *blocks[-1], seen_at(30, ring))[1], first)


def test_features_are_finite_for_any_mouth() -> None:
    rng = np.random.default_rng(0)
    state = None
    for i in range(50):
        points = rng.normal(0, 5, (len(LANDMARKS), 2)).astype(np.float32)
        state = watch(state, LipObservation(i / 20, points, 10.0, 0.0, 0.5))
        for age in (-lips.LOOKAHEAD, 0.0, lips.STALE):
            seen = features(state, age)
            assert seen.shape == (FEATURES,) and np.isfinite(seen).all()


def test_what_comes_later_is_seen_only_where_it_is_there_already() -> None:
    talking = talking_mouth(2)
    calm = talking.copy()
    calm["points"][26:] = calm["points"][25]
    for ahead, differ in ((0.0, False), (lips.LOOKAHEAD, True)):
        seen = []
        for ring in (talking, calm):
            state: MouthState | None = None
            for i in range(101):  # until picture 25, second 1.0
                observation = only(lips.select(ring, i * HOP / RATE, ahead))
                assert observation is not None
                state = watch(state, observation)
            assert state is not None and observation is not None
            seen.append(features(state, observation.age))
        assert np.array_equal(seen[0], seen[1]) != differ


def test_levels_do_not_depend_on_the_microphones_gain() -> None:
    (irm, spectrum), *_ = spectra(1)
    told = []
    for gain in (1.0, 0.2):
        _, kept = band_energy(irm, (gain * spectrum).astype(np.complex64))
        told.append(level(-50.0, kept)[1])
    assert told[0].shape == (BANDS,)
    np.testing.assert_allclose(told[0], told[1], atol=1e-3)


@pytest.fixture(scope="module")
def clips(data_dir: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """GRID sentences with their landmarks: sound at 48 kHz and picture landmarks at 25 a second."""
    soundfile = pytest.importorskip("soundfile")
    folder = data_dir / "av"
    rows = [
        row for row in csv.DictReader((folder / "index.csv").open())
        if row["split"] == "dev" and row["file"].endswith(".opus")
    ]  # fmt: skip
    found = []
    for row in rows[:4]:
        sound, rate = soundfile.read(folder / row["file"], dtype="float32")
        assert rate == RATE
        found.append((sound, np.load(folder / row["landmarks"])["landmarks"][:, :, :2]))
    return found


def test_on_real_clips_the_speaker_alone_is_left_alone(
    gate: LipGate, clips: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    for sound, points in clips:
        ring = lips.ring_of(
            [LipObservation(i / 25, *lips.normalise(p), 1.0) for i, p in enumerate(points)]
        )
        state, history, powers = None, frames.start().history, []
        for i in range(len(sound) // HOP):
            history, spectrum = frames.analyse(history, sound[i * HOP : (i + 1) * HOP])
            state, mask = gate.step(state, np.ones(BINS, np.float32), spectrum, seen_at(i, ring))
            power = np.abs(spectrum) ** 2
            powers.append((power.sum(), (power * mask**2).sum()))
        before, after = np.array(powers).T
        windows = [np.convolve(p, np.ones(20), "valid") for p in (before, after)]
        speech = windows[0] > 1e-3 * np.percentile(windows[0], 95)
        assert 10 * np.log10(after.sum() / before.sum()) > -0.3
        assert 10 * np.log10((windows[1] / windows[0])[speech].min()) > -3


@pytest.mark.long
def test_on_real_clips_it_tells_the_speaker_from_another(
    gate: LipGate, clips: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    """The sentence, the resting face for four seconds, the sentence again; others all the time."""
    talking, silent = [], []
    for sound, points in clips:
        rest = np.resize(np.concatenate([points[-12:], points[:-13:-1]]), (100, *points.shape[1:]))
        pictures = np.concatenate([points, rest, points])
        ring = lips.ring_of(
            [LipObservation(i / 25, *lips.normalise(p), 1.0) for i, p in enumerate(pictures)]
        )
        sentence = sound[: len(points) * RATE // 25]
        sound = np.concatenate([sentence, np.zeros(4 * RATE, np.float32), sentence])
        resting = len(sentence) // HOP + np.array([200, 400])
        rng = np.random.default_rng(0)
        state, history, alone = None, frames.start().history, frames.start().history
        irm = np.ones(BINS, np.float32)
        for i in range(len(sound) // HOP):
            block = sound[i * HOP : (i + 1) * HOP]
            other = (0.1 * rng.standard_normal(HOP)).astype(np.float32)
            history, spectrum = frames.analyse(history, block + other)
            alone, voice = frames.analyse(alone, block)
            state, mask = gate.step(state, irm, spectrum, seen_at(i, ring))
            power = np.abs(voice) ** 2
            talking.append((power.sum(), (power * mask**2).sum()))
            if resting[0] <= i < resting[1]:
                silent.append(float(np.mean(mask**2)))
    before, after = np.sum(talking, 0)
    assert 10 * np.log10(after / before) > -0.6
    assert 10 * np.log10(np.mean(silent)) < -2.5
