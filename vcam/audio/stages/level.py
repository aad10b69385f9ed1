"""Brings a voice to one loudness, slowly, and lets no peak out.

Loudness is that of ITU-R BS.1770-4 and EBU R 128: K-weighted power in gating blocks of 400 ms, an
absolute gate at −70 LUFS and a relative one 10 LU below their mean. Only blocks in which a detector
hears speech count, and the gain moves in those alone: neither a pause nor a noise moves it. What is
heard in a pause is lifted to `PAUSE` at most.

The limiter needs no delay of its own: the block that came in last leaves after the next one, so it
can be looked at while the gain of this one is chosen. Peaks are true peaks, estimated at four times
the rate (BS.1770-4, annex 2). Between two blocks the gain is a straight line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, WINDOW, Block
from vcam.audio.measures import k_weighting, lufs
from vcam.audio.stages.contract import SoundStage, SoundWork

TARGET = -23.0
"""LUFS (EBU R 128)."""
CEILING = -1.0
"""dBTP."""
HIGHEST, LOWEST = 28.0, -20.0
"""The gain's bounds in dB."""
PAUSE = -50.0
"""LUFS above which nothing is lifted while nobody speaks."""
LOUDEST = TARGET + 12.0
"""LUFS in 40 ms; what would be louder is turned down at once."""

_GATE, _RELATIVE = -70.0, 10.0  # LUFS, LU
_SPEECH = 0.5  # probability
_MOMENT, _STEP = 40, 10  # blocks of a gating block, and between two of them
_SPOKEN = 12  # blocks of speech in one that counts
_KNOWN = 100  # gating blocks that are remembered: ten seconds of speech
_SOON = 2  # of them until a voice is believed
_LATELY, _OTHER = 20, 8.0  # gating blocks, LU: a voice that is so far from the one before is new
_SMOOTHING = 0.03  # of what is missing, a block of speech
_RISE, _FALL = 0.2, 0.4  # dB a block of speech, at most
_PAUSED = 30  # blocks without speech
_EASE, _RETURN = 0.5, 1.0  # dB a block, into a pause with noise and out of it
_RELEASE = 0.1  # of what the limiter took, a block
_PEAK = 10 ** ((CEILING - 0.15) / 20)  # less what the estimate misses (BS.1770-4, annex 2)
_SILENCE = 1e-12
_AROUND = 6  # samples to either side between which peaks are looked for
_RAMP = (np.arange(1, HOP + 1, dtype=np.float32) / HOP).astype(np.float32)
_HANN = np.hanning(WINDOW).astype(np.float32)


def _weights() -> NDArray[np.float64]:
    """What each bin's power counts for in a K-weighted mean square."""
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    return k_weighting(hertz) * 2 / (WINDOW * float(_HANN @ _HANN))


def _oversampling() -> NDArray[np.float32]:
    """``(12, 3)``: the three samples between the sixth and the seventh of twelve."""
    places = np.arange(2 * _AROUND)[:, None] - 5 - np.array([0.25, 0.5, 0.75])
    return (np.sinc(places) * np.cos(np.pi * places / 13) ** 2).astype(np.float32)


_WEIGHTS = _weights()
_BETWEEN = _oversampling()


class SpeechDetector(Protocol):
    """What tells speech from all other sounds; its state is a value, None at the beginning."""

    def hear(self, state: Any, block: Block) -> tuple[Any, float]:
        """The state after a block, float32 ``(HOP,)``, and the probability of speech, 0 to 1."""
        ...


@dataclass(frozen=True, kw_only=True)
class LevelOptions:
    level: bool = False


class LevelState(NamedTuple):
    """What one block leaves behind for the next.

    Attributes:
        detector: the detector's.
        gain: dB, what the voice is lifted by.
        eased: dB of it that are taken back in a pause.
        limit: at most 1, what the limiter leaves.
        applied: the whole gain at the last block's end.
        before: the last block, as it came.
        powers: K-weighted mean squares of the last 400 ms, the newest last.
        spoken: in which of them somebody spoke.
        speech: mean squares of the last gating blocks in which somebody did.
        quiet: blocks since somebody spoke.
    """

    detector: Any = None
    gain: float = 0.0
    eased: float = 0.0
    limit: float = 1.0
    applied: float = 1.0
    before: Block = np.zeros(HOP, np.float32)
    powers: NDArray[np.float64] = np.zeros(_MOMENT)
    spoken: NDArray[np.bool_] = np.zeros(_MOMENT, bool)
    speech: NDArray[np.float64] = np.zeros(0)
    quiet: int = _PAUSED


class LevelStage(SoundStage[LevelState, LevelOptions]):
    """Begins with the voice as it is."""

    name = "level"
    row = "after"
    failure = "level.failed"

    def __init__(self, detector: SpeechDetector) -> None:
        self._detector = detector

    def wanted(self, options: LevelOptions) -> bool:
        return options.level

    def step(
        self, state: LevelState | None, work: SoundWork, options: LevelOptions
    ) -> tuple[LevelState, SoundWork]:
        assert work.ahead is not None
        state = state or LevelState()
        known, speech = self._detector.hear(state.detector, work.block)
        state = _heard(state._replace(detector=known), work, speech > _SPEECH)
        wanted = _amplitude(min(state.gain - state.eased, _loudest(state.powers)))
        peaks = true_peaks(np.concatenate([state.before[-_AROUND:], work.block, work.ahead]))
        limit = 1.0 - (1.0 - state.limit) * (1.0 - _RELEASE)
        limit = min(limit, _PEAK / max(float(peaks.max()) * wanted, _PEAK))
        # A block that differs from what was seen of it while it came is taken down as a whole.
        most = _PEAK / max(float(peaks[: HOP + 1].max()), _SILENCE)
        first, last = min(state.applied, most), min(wanted * limit, most)
        state = state._replace(limit=limit, applied=last, before=work.block)
        return state, work._replace(block=work.block * _ramp(first, last))

    def leave(self, state: LevelState, work: SoundWork) -> SoundWork:
        """Back to the voice as it is, within the block."""
        return work._replace(block=work.block * _ramp(state.applied, 1.0))


def _heard(state: LevelState, work: SoundWork, speaks: bool) -> LevelState:
    """What is known after a block, and the gain after it."""
    shape = np.fft.rfft(np.concatenate([state.before, work.block]) * _HANN)
    power = float((np.square(shape.real) + np.square(shape.imag)) @ _WEIGHTS)
    powers = np.append(state.powers[1:], power)
    spoken = np.append(state.spoken[1:], speaks)
    speech, gain = state.speech, state.gain
    if work.number % _STEP == 0 and spoken.sum() >= _SPOKEN:
        moment = float(powers.mean())
        if lufs(moment) > _GATE:
            speech = _renewed(np.append(speech, moment)[-_KNOWN:])
    if speaks and len(speech) >= _SOON:
        goal = min(max(TARGET - _gated(speech), LOWEST), HIGHEST)
        gain += min(max((goal - gain) * _SMOOTHING, -_FALL), _RISE)
    quiet = 0 if speaks else state.quiet + 1
    return state._replace(
        powers=powers,
        spoken=spoken,
        speech=speech,
        gain=gain,
        quiet=quiet,
        eased=_eased(state.eased, gain, powers, pause=quiet > _PAUSED),
    )


def _eased(before: float, gain: float, powers: NDArray[np.float64], *, pause: bool) -> float:
    """How many dB of the gain are taken back, so that a pause's noise stays what it is."""
    if not pause:
        return max(0.0, before - _RETURN)
    noise = lufs(float(powers[-_STEP:].mean()))
    goal = max(0.0, gain - max(0.0, PAUSE - noise))
    return before + min(max(goal - before, -_EASE), _EASE)


def _renewed(speech: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without what was heard before, where the voice has become another one."""
    lately, before = speech[-_LATELY:], speech[:-_LATELY]
    if len(before) and abs(_gated(lately) - _gated(before)) > _OTHER:
        return lately
    return speech


def _loudest(powers: NDArray[np.float64]) -> float:
    """The gain in dB with which the last 40 ms are as loud as they may be, at least `LOWEST`."""
    return max(LOWEST, LOUDEST - lufs(float(powers[-3:].mean())))


def _gated(powers: NDArray[np.float64]) -> float:
    """LUFS of gating blocks above −70 LUFS (BS.1770-4)."""
    return lufs(float(powers[powers > powers.mean() * 10 ** (-_RELATIVE / 10)].mean()))


def true_peaks(sound: Block) -> Block:
    """float32 ``(n,)`` → ``(n - 11,)``: the largest amplitude from each sample to the next, of the
    samples with at least five before and six behind them."""
    around = np.lib.stride_tricks.sliding_window_view(sound, 2 * _AROUND)
    between: Block = np.abs(np.dot(_BETWEEN.T, around.T)).max(0)
    return np.maximum(between, np.abs(sound[_AROUND - 1 : len(sound) - _AROUND]))


def _ramp(before: float, after: float) -> Block:
    """A straight line from one gain to the next, float32 ``(HOP,)``."""
    return np.float32(before) + _RAMP * np.float32(after - before)


def _amplitude(decibel: float) -> float:
    return float(10.0 ** (decibel / 20))
