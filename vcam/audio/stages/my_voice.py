"""Whose voice it is: the user's stays, others in the room are lowered.

A small recurrent network hears the bands' levels below the loudness that the user usually speaks
with, and compares them with the user's *profile*, learned once from some seconds of speech
(speaker embeddings as in Wan et al., "Generalized end-to-end loss for speaker verification", 2018;
told block by block as in Ding et al., "Personal VAD", 2020). So a voice is taken for the user's by
its sound and by its nearness at once. Where the lips are seen they are asked as well: while they
move nothing is lowered, and while they are shut less doubt is enough.
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
RELEASE = 10 ** (-3 / 20)
"""Least gain of a step relative to the one before: it closes over 0.13 s and opens at once."""
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
        nobody = np.zeros(PROFILE, np.float32)
        together = np.zeros(PROFILE, np.float32)
        for block, holds in zip(levels[::STRIDE] - np.float32(loud), known[::STRIDE], strict=True):
            memory, _, embedding = self.step(memory, block, nobody)
            together += embedding * np.float32(holds)
        return Profile(self.network, loud, together / np.float32(np.linalg.norm(together)))


@dataclass(frozen=True, kw_only=True)
class MyVoiceOptions:
    """`my_voice` is a `Profile` as text, or empty."""

    voices: Literal["everyone", "me"] = "everyone"
    my_voice: str = ""


class MyVoiceState(NamedTuple):
    """What one block leaves behind for the next: the network's, and the gain."""

    memory: Mapping[str, Levels]
    gain: float


class MyVoiceStage(SoundStage[Any, MyVoiceOptions]):
    """Lowers what is not the user's voice in the denoiser's mask."""

    name = "my voice"
    row = "mask"
    failure = "voices.failed"

    def __init__(self, network: MyVoice) -> None:
        self._network = network

    def wanted(self, options: MyVoiceOptions) -> bool:
        return options.voices == "me" and self._network.knows(options.my_voice)

    def step(
        self, state: MyVoiceState | None, work: SoundWork, options: MyVoiceOptions
    ) -> tuple[MyVoiceState | None, SoundWork]:
        if work.mask is None or work.spectrum is None:
            return state, work
        if state is None or work.number % STRIDE == 0:
            profile = _profile(options.my_voice)
            heard = band_levels(work.spectrum * work.mask) - np.float32(profile.loudness)
            memory, mine, _ = self._network.step(state and state.memory, heard, profile.sound)
            least = state.gain * RELEASE if state else 1.0
            state = MyVoiceState(memory, max(wanted(mine, work.lips), least))
        gain = np.float32(state.gain)
        clean = None if work.clean is None else work.clean * gain
        return state, work._replace(mask=work.mask * gain, clean=clean)


def wanted(mine: float, lips: Lips) -> float:
    """The gain for a voice that is the user's this surely, 0 to 1; lips that move are sure."""
    if lips == "moving":
        return 1.0
    doubted, certain = ALONE if lips == "shut" else (DOUBTED, BELIEVED)
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
