"""Whose voice it is: the user's stays, others in the room are lowered.

A small recurrent network hears the bands' levels below the loudness that the user usually speaks
with, and compares them with the user's *profile*, learned once from some seconds of speech
(speaker embeddings as in Wan et al., "Generalized end-to-end loss for speaker verification", 2018;
told block by block as in Ding et al., "Personal VAD", 2020). So a voice is taken for the user's by
its sound and by its nearness at once. Where the lips are seen they are asked as well: while they
move nothing is lowered, and while they are shut less doubt is enough. Whose voice was not taught,
of them it is learned while the lips move, and kept for as long as the stream lasts; until then
nothing is lowered.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio import frames
from vcam.audio.frames import ANALYSIS, BINS, FREQUENCIES, HOP, LOOKBACK, Block
from vcam.audio.stages.contract import SoundStage, SoundWork
from vcam.audio.stages.enrolment import Enrolment, begun, enrolled, watched
from vcam.audio.stages.guard import Lips
from vcam.networks.graph import Graph
from vcam.networks.models import Model

Levels = NDArray[np.float32]

EDGES = np.concatenate([np.arange(75, 500, 25), np.geomspace(500, 7000, 24)])
"""Edges of the bands in Hz: as fine as the spectrum where a voice's pitch is told."""
BANDS = len(EDGES) - 1
PROFILE = 48
"""Length of a profile."""
STRIDE = 2
"""Blocks from one step of the network to the next; a spectrum looks back for four."""
UNIT = 20.0
"""dB of which the network's inputs are made."""
FLOOR = 10 ** (-20 / 20)
"""The least gain that another voice is given."""
DOUBTED, BELIEVED = 0.1, 0.4
"""How surely it has to be the user's for the least gain, and for 1: whoever is told half surely is
heard whole."""
ALONE = 0.3, 0.7
"""The same while the user is seen and has the lips shut."""
UNTAUGHT = 0.02, 0.1
"""The same while the lips are unclear, for a voice that was learned from them alone: from parts of
speech, and unasked. While they are shut, others are told as surely as by one that was taught."""
RELEASE = 10 ** (-3 / 20)
"""Least gain of a step relative to the one before: it closes over 0.13 s and opens at once."""
_NOBODY = np.zeros(PROFILE, np.float32)
_VOICED = 20.0  # dB below the loudest tenth: the end of what counts as a voice
_LEAST = 1e-10
_AT_ONCE = 1000  # blocks


@dataclass(frozen=True)
class Profile:
    """A user's voice: its `loudness` in dB, as `band_levels` has it, and how it sounds, float32
    ``(PROFILE,)`` of length 1. `network` begins the hash of the network that made it."""

    network: str
    loudness: float
    sound: NDArray[np.float32]

    def __str__(self) -> str:
        """As settings hold it."""
        numbers = np.concatenate([[self.loudness], self.sound]).astype("<f2").tobytes()
        return f"{self.network}.{base64.urlsafe_b64encode(numbers).decode()}"

    @classmethod
    def read(cls, text: str) -> Profile:
        """What `str` has made. Raises ValueError."""
        network, _, packed = text.partition(".")
        try:
            numbers = np.frombuffer(base64.urlsafe_b64decode(packed), "<f2").astype(np.float32)
        except binascii.Error as error:
            raise ValueError(text) from error
        if numbers.shape != (PROFILE + 1,) or not np.isfinite(numbers).all():
            raise ValueError(text)
        return cls(network, float(numbers[0]), numbers[1:])


class MyVoice:
    """The network `my_voice`. Holds no state."""

    GRAPH: ClassVar = Graph(
        {"levels": (1, BANDS), "profile": (1, PROFILE)},
        {"mine": (1, 1), "embedding": (1, PROFILE)},
        memory="next_",
    )

    def __init__(self, model: Model) -> None:
        self._model = model
        self.network = model.info.sha256[:8]
        self._silence = {
            i.name: np.zeros(i.shape, np.float32)
            for i in model.session.get_inputs()
            if i.name not in self.GRAPH.inputs
        }

    def knows(self, profile: str) -> bool:
        """Whether this network has made the `Profile` that is written there."""
        return profile.startswith(f"{self.network}.")

    def step(
        self, memory: Mapping[str, Levels] | None, levels: Levels, profile: NDArray[np.float32]
    ) -> tuple[Mapping[str, Levels], float, NDArray[np.float32]]:
        """The new memory, how surely it is the user's voice, 0 to 1, and the embedding.

        Args:
            memory: what the last call returned; None starts with nothing heard.
            levels: float32 ``(BANDS,)``, dB relative to the user's loudness.
            profile: float32 ``(PROFILE,)`` of length 1.
        """
        feeds = {"levels": levels[None], "profile": profile[None], **(memory or self._silence)}
        out = self._model.run(feeds)
        mine, embedding = float(out.pop("mine")[0, 0]), out.pop("embedding")[0]
        return {name.removeprefix("next_"): value for name, value in out.items()}, mine, embedding

    def profile(self, levels: Levels) -> Profile:
        """Of a voice that is heard alone, ``(T, BANDS)`` in dB."""
        loud, known = loudness(levels), voiced(levels)
        memory: Mapping[str, Levels] | None = None
        together = np.zeros(PROFILE, np.float32)
        for block, holds in zip(levels[::STRIDE] - np.float32(loud), known[::STRIDE], strict=True):
            memory, _, embedding = self.step(memory, block, _NOBODY)
            together += embedding * np.float32(holds)
        return Profile(self.network, loud, together / np.float32(np.linalg.norm(together)))


@dataclass(frozen=True, kw_only=True)
class MyVoiceOptions:
    """`my_voice` is a `Profile` as text, or empty; `lips` and `face` as in the settings."""

    voices: Literal["everyone", "me"] = "everyone"
    my_voice: str = ""
    lips: Literal["auto", "off"] = "auto"
    face: Literal["auto", "everyone"] | int = "auto"

    @property
    def enrols(self) -> bool:
        """Whether a voice that was not taught is learned from the lips: those of one face."""
        return self.lips == "auto" and self.face != "everyone"


class MyVoiceState(NamedTuple):
    """What one block leaves behind for the next: the network's, the gain, and what has been learned
    from the lips; None of a voice that was taught."""

    memory: Mapping[str, Levels] | None
    gain: float
    enrolment: Enrolment | None


class MyVoiceStage(SoundStage[Any, MyVoiceOptions]):
    """Lowers what is not the user's voice in the denoiser's mask."""

    name = "my voice"
    row = "mask"
    failure = "voices.failed"

    def __init__(self, network: MyVoice) -> None:
        self._network = network

    def wanted(self, options: MyVoiceOptions) -> bool:
        known = options.enrols or self._network.knows(options.my_voice)
        return options.voices == "me" and known

    def step(
        self, state: MyVoiceState | None, work: SoundWork, options: MyVoiceOptions
    ) -> tuple[MyVoiceState | None, SoundWork]:
        if work.mask is None or work.spectrum is None:
            return state, work
        taught = self._network.knows(options.my_voice)
        if state is None or taught != (state.enrolment is None):
            state = MyVoiceState(None, 1.0, None if taught else begun(None, PROFILE))
        elif work.number % STRIDE:
            return state, _lowered(work, state.gain)
        levels = band_levels(work.spectrum * work.mask)
        if state.enrolment is None:
            profile = _profile(options.my_voice)
            heard = levels - np.float32(profile.loudness)
            memory, mine, _ = self._network.step(state.memory, heard, profile.sound)
            state = state._replace(memory=memory)
        else:
            state, mine = self._enrolled(state, state.enrolment, levels, work)
        gain = max(wanted(mine, work.lips, taught=taught), state.gain * RELEASE)
        return state._replace(gain=gain), _lowered(work, gain)

    def _enrolled(
        self, state: MyVoiceState, before: Enrolment, levels: Levels, work: SoundWork
    ) -> tuple[MyVoiceState, float]:
        """All but the gain, and how surely it is the user's voice: 1 until that is known."""
        known = watched(before, work.mouths[0].face if work.mouths else None)
        memory, mine, embedding = state.memory if known is before else None, 1.0, _NOBODY
        if known.loudness is not None:
            sound = known.sound if known.over else _NOBODY
            heard = levels - np.float32(known.loudness)
            memory, mine, embedding = self._network.step(memory, heard, sound)
        after = known
        if work.lips == "moving":
            after = enrolled(known, float(total(levels)), mine, embedding)
        told = memory if after.over == known.over else None
        return MyVoiceState(told, state.gain, after), mine if known.over else 1.0


def _lowered(work: SoundWork, gain: float) -> SoundWork:
    assert work.mask is not None and work.clean is not None
    by = np.float32(gain)
    return work._replace(mask=work.mask * by, clean=work.clean * by)


def wanted(mine: float, lips: Lips, *, taught: bool) -> float:
    """The gain for a voice that is the user's this surely, 0 to 1; lips that move are sure."""
    if lips == "moving":
        return 1.0
    unclear = (DOUBTED, BELIEVED) if taught else UNTAUGHT
    doubted, certain = ALONE if lips == "shut" else unclear
    believed = min(1.0, max(0.0, (mine - doubted) / (certain - doubted)))
    return FLOOR + (1 - FLOOR) * believed


@lru_cache(maxsize=2)
def _profile(text: str) -> Profile:
    return Profile.read(text)


def band_levels(spectrum: NDArray[np.complexfloating]) -> Levels:
    """Levels in dB, float32 ``(…, BANDS)``, of complex spectra ``(…, BINS)``."""
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    energy = np.add.reduceat(power[..., _FIRST:_LAST], _STARTS, axis=-1)
    return (10 * np.log10(energy + _LEAST)).astype(np.float32)


def levels_of(sound: Block) -> Levels:
    """Band levels ``(T, BANDS)`` of whole blocks of sound at 48 kHz, as a call hears them."""
    padded = np.concatenate([frames.start().history, sound.astype(np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, LOOKBACK)[::HOP]
    parts = [
        band_levels(np.fft.rfft(windows[i : i + _AT_ONCE] * ANALYSIS))
        for i in range(0, len(windows), _AT_ONCE)
    ]
    return np.concatenate(parts)


def total(levels: Levels) -> NDArray[np.float32]:
    """Level in dB of all bands together."""
    return (10 * np.log10((10 ** (levels / 10)).sum(-1))).astype(np.float32)


def voiced(levels: Levels) -> NDArray[np.bool_]:
    """Which of the blocks ``(T, BANDS)`` hold a voice."""
    each = total(levels)
    return np.asarray(each > np.percentile(each, 90) - _VOICED)


def loudness(levels: Levels) -> float:
    """Mean level in dB of the voice in ``(T, BANDS)``."""
    spoken = total(levels)[voiced(levels)]
    return float(10 * np.log10((10 ** (spoken / 10)).mean()))


_FIRST, _LAST = np.searchsorted(FREQUENCIES, EDGES[[0, -1]])
_STARTS = np.searchsorted(FREQUENCIES, EDGES[:-1]) - _FIRST
assert len(FREQUENCIES) == BINS
