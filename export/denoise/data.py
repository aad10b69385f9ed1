"""Mixes voices and noises for training, and reads the same mixture again for the same seed.

Sound is cut and convolved in the time domain; equalising and band limits are gains on the spectrum
of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr
import torch
from scipy.fft import irfft, next_fast_len, rfft

from export.denoise.corpus import Corpus, Piece
from export.denoise.rooms import EARLY, LENGTH, room_bank
from vcam.audio.frames import BINS, FREQUENCIES, HOP, RATE


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a training mixture is made of. A probability of 0 (or False) switches a part off."""

    frames: int = 400
    batch: int = 8
    snr: tuple[float, float] = (-6.0, 15.0)
    high_snr: float = 0.12  # mixtures at 18 to 35 dB instead
    clean_only: float = 0.18
    noise_only: float = 0.14
    pauses: float = 0.5
    rooms: float = 0.05
    room_count: int = 160
    babble: float = 0.10
    second_noise: float = 0.3
    impulsive: float = 0.3  # of the recorded noises: barks, ticks, sneezes, keys…
    key_clicks: float = 0.12
    synthetic_noise: float = 0.10
    acted: float = 0.4  # of the voices, where there are any: raised, sad, afraid, shouted…
    voice_speed: tuple[float, float] = (0.85, 1.25)  # played faster, a voice is another, higher one
    noise_speed: tuple[float, float] = (0.6, 1.7)  # noises also backwards, swelling
    uneven: tuple[float, float] = (-14.0, 8.0)  # dB of an utterance after a pause
    late_noise: float = 0.08
    equalise: bool = True
    band_limit: float = 0.38
    level: tuple[float, float] = (-55.0, -6.0)  # dBFS of the speech (of the noise if alone)


class Batch(NamedTuple):
    """Sounds, float32 ``(batch, samples)``."""

    target: torch.Tensor
    noisy: torch.Tensor
    voiced: torch.Tensor  # bool (batch,): there is a voice in it


class Sounds(NamedTuple):
    """One example before it is mixed: float32 ``(samples,)`` of unit RMS, and gains."""

    voice: np.ndarray
    target: np.ndarray
    noise: np.ndarray
    voice_gain: np.ndarray  # (BINS,)
    noise_gain: np.ndarray
    snr: float  # dB; inf = no noise, -inf = no voice
    level: float  # dBFS


class Mixer:
    """Endless mixtures; batch number n is the same for the same seed, whatever came before."""

    def __init__(self, cache: Path, recipe: Recipe, seed: int) -> None:
        self.recipe, self.seed = recipe, seed
        self.voices = Corpus(cache, "clean", "train")
        self.noises = Corpus(cache, "noise", "train")
        self.keys = [label for label in self.noises.labels if "key" in label.lower()]
        self.sudden = [label for label in self.noises.labels if sudden(self.noises, label)]
        self.samples = recipe.frames * HOP
        self.responses = room_bank(recipe.room_count, seed) if recipe.rooms else None
        acted = [label for label in self.voices.labels if self.voices.by_label[label][0].acted]
        self.acted, self.read = acted, sorted(set(self.voices.labels) - set(acted))

    def batch(self, number: int) -> Batch:
        """Batch number `number`."""
        rng = np.random.default_rng((self.seed, number))
        examples = [self.sounds(rng) for _ in range(self.recipe.batch)]
        target, noisy = (
            torch.from_numpy(np.stack(x)) for x in zip(*map(mix, examples), strict=True)
        )
        voiced = torch.tensor([not np.isneginf(example.snr) for example in examples])
        return Batch(target, noisy, voiced)

    def sounds(self, rng: np.random.Generator) -> Sounds:
        """One example, in the time domain."""
        recipe = self.recipe
        voice, bandwidth = self._voice(rng)
        noise = self._noise(rng)
        target = voice
        if self.responses is not None and rng.random() < recipe.rooms:
            response = self.responses[rng.integers(len(self.responses))]
            voice, target = reverberate(voice, response)
        scale = unit(target)
        dry = voice is target
        target = target * scale
        voice = target if dry else voice * scale
        if rng.random() < recipe.band_limit:
            choices = (8000.0, 8000.0, 8000.0, 4000.0, float(rng.uniform(5000, 20000)))
            bandwidth = min(bandwidth, choices[rng.integers(len(choices))])
        limit = band_gain(bandwidth)
        voice_gain, noise_gain = limit, limit
        if recipe.equalise:
            voice_gain, noise_gain = limit * equaliser(rng, 5.0), limit * equaliser(rng, 10.0)
        snr, kind = rng.uniform(*recipe.snr), rng.random()
        if kind < recipe.clean_only:
            snr = np.inf
        elif kind < recipe.clean_only + recipe.noise_only:
            snr = -np.inf
        elif kind < recipe.clean_only + recipe.noise_only + recipe.high_snr:
            snr = rng.uniform(18, 35)
        level = float(rng.uniform(*recipe.level))
        return Sounds(voice, target, noise, voice_gain, noise_gain, float(snr), level)

    def _voice(self, rng: np.random.Generator) -> tuple[np.ndarray, float]:
        """Utterances of one voice, with pauses between them in some examples."""
        acted = self.acted and (not self.read or rng.random() < self.recipe.acted)
        labels = self.acted if acted else self.read
        pieces = self.voices.by_label[labels[rng.choice(len(labels), p=self.weights(labels))]]
        piece = pieces[rng.integers(len(pieces))]
        speed = rng.uniform(*self.recipe.voice_speed)
        bandwidth = piece.bandwidth * min(1.0, speed)
        if rng.random() >= self.recipe.pauses:
            return played(self.voices, piece, self.samples, speed, rng), bandwidth
        out, at = np.zeros(self.samples, np.float32), int(rng.uniform(0, 0.6) * RATE)
        while at < self.samples - HOP:
            length = min(int(rng.uniform(0.6, 3.0) * RATE), self.samples - at)
            utterance = fade(played(self.voices, piece, length, speed, rng))
            out[at : at + length] = utterance * 10 ** (rng.uniform(*self.recipe.uneven) / 20)
            at += length + int(rng.uniform(0.1, 1.2) * RATE)
        return out, bandwidth

    def weights(self, labels: list[str]) -> np.ndarray:
        """Shares of the voices, by the root of what there is of each."""
        seconds = [sum(piece.length for piece in self.voices.by_label[v]) for v in labels]
        return np.sqrt(seconds) / np.sum(np.sqrt(seconds))

    def _noise(self, rng: np.random.Generator) -> np.ndarray:
        recipe, kind = self.recipe, rng.random()
        if kind < recipe.babble:
            noise = self._babble(rng)
        elif kind < recipe.babble + recipe.synthetic_noise:
            noise = synthetic(rng, self.samples)
        else:
            picked = self.sudden and rng.random() < recipe.impulsive
            noise = self._recorded(rng, self.sudden if picked else self.noises.labels)
        noise = noise * unit(noise)
        if rng.random() < recipe.second_noise:
            other = self._recorded(rng, self.noises.labels)
            noise = noise + other * (unit(other) * 10 ** (rng.uniform(-10, 5) / 20))
        if self.keys and rng.random() < recipe.key_clicks:
            clicks = self._recorded(rng, self.keys)
            noise = noise + clicks * (unit(clicks) * 10 ** (rng.uniform(-5, 8) / 20))
        if rng.random() < recipe.late_noise:
            noise[: int(rng.uniform(0.1, 0.7) * self.samples)] *= 0.01
        return (noise * unit(noise)).astype(np.float32)

    def _recorded(self, rng: np.random.Generator, labels: list[str]) -> np.ndarray:
        pieces = self.noises.by_label[labels[rng.integers(len(labels))]]
        piece = pieces[rng.integers(len(pieces))]
        speed = rng.uniform(*self.recipe.noise_speed)
        noise = played(self.noises, piece, self.samples, speed, rng)
        noise = noise[:: rng.choice((1, 1, -1))]
        return noise * swell(rng, self.samples) if rng.random() < 0.25 else noise

    def _babble(self, rng: np.random.Generator) -> np.ndarray:
        noise = np.zeros(self.samples, np.float32)
        for _ in range(rng.integers(3, 7)):
            pieces = self.voices.by_label[self.voices.labels[rng.integers(len(self.voices.labels))]]
            talker = cut(self.voices, pieces[rng.integers(len(pieces))], self.samples, rng)
            noise += talker * (unit(talker) * rng.uniform(0.4, 1.0))
        return noise


def cut(corpus: Corpus, piece: Piece, length: int, rng: np.random.Generator) -> np.ndarray:
    """A random stretch of a piece."""
    return corpus.read(piece, int(rng.integers(max(1, piece.length - length))), length)


def played(
    corpus: Corpus, piece: Piece, length: int, speed: float, rng: np.random.Generator
) -> np.ndarray:
    """The same, `speed` times as fast: a voice becomes higher, another one."""
    sound = cut(corpus, piece, int(length * speed) + 64, rng)
    return soxr.resample(sound, RATE * speed, RATE, quality="MQ")[:length]


def swell(rng: np.random.Generator, samples: int) -> np.ndarray:
    """Gains that wander by some dB, float32 ``(samples,)``: gusts, waves, passing cars."""
    count = 2 + int(samples / RATE * 10 ** rng.uniform(-0.3, 1.0))
    decibels = rng.standard_normal(count) * rng.uniform(1, 7)
    at = np.linspace(0, count - 1, samples)
    return (10 ** (np.interp(at, np.arange(count), decibels) / 20)).astype(np.float32)


def synthetic(rng: np.random.Generator, samples: int) -> np.ndarray:
    """Noise of any colour: one to three shaped and swelling noises, sometimes a hum, bursts."""
    frequencies = np.fft.rfftfreq(samples, 1 / RATE)
    octaves = np.log2(np.maximum(frequencies, 30.0) / 1000)
    out = np.zeros(samples, np.float32)
    for _ in range(rng.integers(1, 4)):
        points = np.sort(rng.uniform(-5, 4.5, 10))
        shape = np.interp(octaves, points, rng.standard_normal(10) * rng.uniform(0, 8))
        gains = (10 ** ((shape + octaves * rng.uniform(-9, 1)) / 20)).astype(np.float32)
        part = irfft(rfft(rng.standard_normal(samples, np.float32)) * gains, samples)
        if rng.random() < 0.6:
            part *= swell(rng, samples)
        if rng.random() < 0.15:
            part *= bursts(rng, samples)
        out += part * (unit(part) * rng.uniform(0.3, 1.0))
    if rng.random() < 0.25:
        pitch = rng.uniform(40, 500) * (1 + 0.02 * (swell(rng, samples) - 1))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE + rng.uniform(0, 6)
        for harmonic in rng.integers(1, 12, 5):
            out += (rng.uniform(0, 0.5) * np.cos(phase * harmonic)).astype(np.float32)
    return out


def bursts(rng: np.random.Generator, samples: int) -> np.ndarray:
    """Gains of something struck now and then, each blow dying away, float32 ``(samples,)``."""
    out = np.full(samples, 0.003, np.float32)
    for start in rng.integers(0, samples, rng.integers(2, 16)):
        decay = np.exp(-np.arange(RATE // 2) / (RATE * 10 ** rng.uniform(-2.5, -0.8)))
        stop = min(samples, start + len(decay))
        out[start:stop] += decay[: stop - start].astype(np.float32) * rng.uniform(0.2, 1)
    return out


def sudden(corpus: Corpus, label: str) -> bool:
    """Whether a noise comes in bursts: its loud 10 ms stand 20 dB above its usual ones."""
    piece = corpus.by_label[label][0]
    sound = corpus.read(piece, 0, min(piece.length, 30 * RATE) // HOP * HOP)
    energy = np.square(sound.reshape(-1, HOP)).mean(axis=1) + 1e-9
    return bool(np.percentile(energy, 98) > 100 * np.median(energy))


def fade(sound: np.ndarray, length: int = HOP // 2) -> np.ndarray:
    """The sound with both ends faded, in place."""
    if len(sound) > 2 * length:
        ramp = np.linspace(0, 1, length, dtype=np.float32)
        sound[:length] *= ramp
        sound[-length:] *= ramp[::-1]
    return sound


def unit(sound: np.ndarray) -> np.float32:
    """The factor that brings a sound to an RMS of 1."""
    return np.float32(1 / (np.sqrt(np.mean(np.square(sound))) + 1e-6))


def reverberate(voice: np.ndarray, response: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The voice in the room, and with the room's early part only (the target)."""
    size = next_fast_len(len(voice) + LENGTH, real=True)
    early = response * np.clip((EARLY * 1.5 - np.arange(LENGTH)) / (EARLY * 0.5), 0, 1)
    spectrum = rfft(voice, size)
    both = [irfft(spectrum * rfft(r.astype(np.float32), size), size) for r in (response, early)]
    return both[0][: len(voice)], both[1][: len(voice)]


def band_gain(bandwidth: float) -> np.ndarray:
    """Gains ``(BINS,)`` of a steep low-pass; all ones from 21 kHz on."""
    if bandwidth >= 21000:
        return np.ones(BINS, np.float32)
    return (10 ** (-np.clip((FREQUENCIES - bandwidth * 0.97) / 30, 0, 90) / 20)).astype(np.float32)


def equaliser(rng: np.random.Generator, depth: float) -> np.ndarray:
    """Smooth random gains ``(BINS,)``, about ± `depth` dB: another microphone, another place."""
    points = rng.uniform(-depth, depth, 6)
    at = np.log([60.0, 250.0, 900.0, 3000.0, 8000.0, 20000.0])
    decibels = np.interp(np.log(np.maximum(FREQUENCIES, 60)), at, points)
    return (10 ** (decibels / 20)).astype(np.float32)


def mix(sounds: Sounds) -> tuple[np.ndarray, np.ndarray]:
    """Equalises and adds at the exact ratio of RMS values and the exact level.

    Returns:
        The target and the noisy mixture, float32 ``(samples,)``.
    """
    target = filtered(sounds.target, sounds.voice_gain)
    noise = filtered(sounds.noise, sounds.noise_gain)
    level, alone = 10 ** (sounds.level / 20), np.isneginf(sounds.snr)
    loud = np.float32(0.0 if alone else level * unit(target))
    quiet = np.float32((1.0 if alone else 10 ** (-sounds.snr / 20)) * level * unit(noise))
    voice = target
    if sounds.voice is not sounds.target:
        voice = filtered(sounds.voice, sounds.voice_gain)
    return target * loud, voice * loud + noise * quiet


def filtered(sound: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """The sound with the gains ``(BINS,)`` on its spectrum."""
    bins = len(sound) // 2 + 1
    fine = np.interp(np.linspace(0, 1, bins), np.linspace(0, 1, BINS), gain).astype(np.float32)
    return irfft(rfft(sound) * fine, len(sound)).astype(np.float32, copy=False)
