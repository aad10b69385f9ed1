"""The denoiser's network: deep filtering with little or no look-ahead.

The kind of DeepFilterNet3 (Schröter et al., "DeepFilterNet: perceptually motivated real-time speech
enhancement", Interspeech 2023), whose weights it started from: an encoder hears 32 bands on the ERB
scale and the 96 lowest bins of the spectrum; one decoder gives a gain per band, the other a complex
filter over five frames for each of the low bins. That one cleans a frame when it has heard the two
that follow. So does this one with `ahead` 2; with 0 it cleans the newest frame.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from export.denoise.recurrence import gated_units
from vcam.audio.frames import HOP, RATE

WINDOW = 2 * HOP  # samples of a frame
BINS = HOP + 1
BANDS = 32  # on the ERB scale
LOW = 96  # bins that are filtered, up to 4.8 kHz
ORDER = 5  # frames of the filter
CHANNELS = 64
EMBEDDING, HIDDEN = 512, 256
FORGET = 0.99  # per frame, of the running levels: about a second
SCALE = 1 / WINDOW  # of the spectrum: a full-scale sine is about 0.3


def vorbis() -> Tensor:
    """The window of analysis and of synthesis, float32 ``(WINDOW,)``; its square overlaps to 1."""
    rise = torch.sin(math.pi * (torch.arange(WINDOW, dtype=torch.float64) + 0.5) / WINDOW)
    return torch.sin(math.pi / 2 * rise.square()).float()


def band_widths() -> list[int]:
    """How many bins each band has, two at least."""
    erb = 9.265 * math.log1p(RATE / 2 / (24.7 * 9.265)) / BANDS
    edges = [24.7 * 9.265 * math.expm1(i * erb / 9.265) / (RATE / WINDOW) for i in range(BANDS + 1)]
    widths: list[int] = []
    over = 0
    for low, high in zip(edges, edges[1:], strict=False):
        width = round(high) - round(low) - over
        over = max(0, 2 - width)
        widths.append(max(2, width))
    widths[-1] += BINS - sum(widths)
    return widths


class GroupedLinear(nn.Module):
    """A linear layer of separate groups: group g of the input makes group g of the output."""

    def __init__(self, wide: int, out: int, groups: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(groups, wide // groups, out // groups) * 0.05)

    def forward(self, x: Tensor) -> Tensor:
        groups, wide, _ = self.weight.shape
        lead = x.shape[:-1]
        parts = x.reshape(-1, groups, wide).transpose(0, 1)
        return torch.bmm(parts, self.weight).transpose(0, 1).reshape(*lead, -1)


class SeparableConv(nn.Module):
    """A convolution across three neighbouring bands, each channel by itself, then a mixing of the
    channels. `stride` 2 halves the bands, -2 doubles them."""

    def __init__(self, stride: int = 1) -> None:
        super().__init__()
        kind = nn.ConvTranspose2d if stride < 0 else nn.Conv2d
        more = {"output_padding": (0, 1)} if stride < 0 else {}
        self.near = kind(
            CHANNELS, CHANNELS, (1, 3), stride=(1, abs(stride)), padding=(0, 1),
            groups=CHANNELS, bias=False, **more,
        )  # fmt: skip
        self.mix = nn.Conv2d(CHANNELS, CHANNELS, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.mix(self.near(x)))


class SqueezedGRU(nn.Module):
    """Gated recurrent units between grouped layers. `layers` × ``HIDDEN``."""

    def __init__(self, layers: int, groups: int, out: int | None) -> None:
        super().__init__()
        self.enter = GroupedLinear(EMBEDDING, HIDDEN, groups)
        self.units = nn.GRU(HIDDEN, HIDDEN, layers, batch_first=True)
        self.leave = GroupedLinear(HIDDEN, out, 16) if out else None

    def forward(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        units = gated_units if self.training else nn.GRU.__call__
        x, memory = units(self.units, functional.relu(self.enter(x)), memory)
        return (functional.relu(self.leave(x)) if self.leave else x), memory


class Memory(NamedTuple):
    """What frames leave behind, each ``(batch, …)`` but the units', ``(layers, batch, HIDDEN)``."""

    erb_level: Tensor  # (batch, BANDS), of the bands in dB
    df_level: Tensor  # (batch, LOW), of the low bins' magnitudes
    erb: Tensor  # (batch, 1, 2, BANDS), features of the two frames before
    df: Tensor  # (batch, 2, 2, LOW)
    paths: Tensor  # (batch, CHANNELS, 4, LOW), what the encoder saw in the low bins
    spectra: Tensor  # (batch, 4, LOW, 2), with a look-ahead (batch, 4, BINS, 2)
    emb_gru: Tensor  # (1, batch, HIDDEN)
    erb_gru: Tensor  # (2, batch, HIDDEN)
    df_gru: Tensor  # (2, batch, HIDDEN)


def running(x: Tensor, before: Tensor) -> Tensor:
    """The running mean of ``(batch, frames, n)`` at every frame, which forgets by `FORGET`."""
    frames = x.shape[1]
    if frames == 1:
        return before[:, None] * FORGET + x * (1 - FORGET)
    ages = torch.arange(frames)
    weights = torch.tril(FORGET ** (ages[:, None] - ages[None, :]).clamp(min=0).float())
    first = FORGET ** (ages + 1.0)
    return (1 - FORGET) * (weights @ x) + first[:, None] * before[:, None]


class Denoiser(nn.Module):
    """Spectra in, clean spectra out, those of `ahead` frames ago (0…`ORDER` - 1)."""

    def __init__(self, ahead: int = 0) -> None:
        super().__init__()
        self.ahead = ahead
        widths = torch.tensor(band_widths())
        band = torch.repeat_interleave(torch.eye(BANDS), widths, 0)  # (BINS, BANDS)
        self.register_buffer("pool", band / widths, persistent=False)
        self.register_buffer("spread", band.T.contiguous(), persistent=False)
        self.erb0 = nn.Conv2d(1, CHANNELS, 3, padding=(0, 1))
        self.erb1, self.erb2, self.erb3 = SeparableConv(2), SeparableConv(2), SeparableConv()
        self.df0 = nn.Conv2d(2, CHANNELS, 3, padding=(0, 1), groups=2, bias=False)
        self.df0_mix = nn.Conv2d(CHANNELS, CHANNELS, 1)
        self.df1 = SeparableConv(2)
        self.df_in = GroupedLinear(CHANNELS * LOW // 2, EMBEDDING, 32)
        self.emb_gru = SqueezedGRU(1, 16, EMBEDDING)
        self.erb_gru = SqueezedGRU(2, 16, EMBEDDING)
        self.erb_skips = nn.ModuleList(
            nn.Conv2d(CHANNELS, CHANNELS, 1, groups=CHANNELS) for _ in range(4)
        )
        self.erb_up3, self.erb_up2, self.erb_up1 = (
            SeparableConv(),
            SeparableConv(-2),
            SeparableConv(-2),
        )
        self.erb_out = nn.Conv2d(CHANNELS, 1, (1, 3), padding=(0, 1))
        self.df_gru = SqueezedGRU(2, 8, None)
        self.df_skip = GroupedLinear(EMBEDDING, HIDDEN, 16)
        self.df_out = GroupedLinear(HIDDEN, LOW * ORDER * 2, 16)
        self.df_path = nn.Conv2d(CHANNELS, 2 * ORDER, (ORDER, 1), groups=2, bias=False)
        self.df_path_mix = nn.Conv2d(2 * ORDER, 2 * ORDER, 1)

    def start(self, batch: int) -> Memory:
        """Nothing heard."""
        return Memory(
            torch.linspace(-60, -90, BANDS).expand(batch, -1),
            torch.linspace(1e-3, 1e-4, LOW).expand(batch, -1),
            torch.zeros(batch, 1, 2, BANDS),
            torch.zeros(batch, 2, 2, LOW),
            torch.zeros(batch, CHANNELS, ORDER - 1, LOW),
            torch.zeros(batch, ORDER - 1, BINS if self.ahead else LOW, 2),
            torch.zeros(1, batch, HIDDEN),
            torch.zeros(2, batch, HIDDEN),
            torch.zeros(2, batch, HIDDEN),
        )

    def forward(self, spectrum: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """``(batch, frames, BINS, 2)``, scaled by `SCALE`, and what came before it."""
        kept = spectrum if self.ahead else spectrum[:, :, :LOW]
        batch, frames = spectrum.shape[:2]
        low = spectrum[:, :, :LOW]
        with torch.autocast("cpu", enabled=False):
            power = spectrum.square().sum(-1)
            decibels = 10 / math.log(10) * torch.log(power @ self.pool + 1e-10)
            erb_level = running(decibels, memory.erb_level)
            df_level = running((power[..., :LOW] + 1e-20).sqrt(), memory.df_level)
        erb = torch.cat([memory.erb, ((decibels - erb_level) / 40)[:, None]], 2)
        unit = low / df_level.sqrt()[..., None]
        df = torch.cat([memory.df, unit.permute(0, 3, 1, 2)], 2)

        e0 = functional.relu(self.erb0(erb))
        e1 = self.erb1(e0)
        e2 = self.erb2(e1)
        e3 = self.erb3(e2)
        c0 = functional.relu(self.df0_mix(self.df0(df)))
        seen = self.df1(c0).permute(0, 2, 3, 1).reshape(batch, frames, -1)
        x = e3.permute(0, 2, 3, 1).reshape(batch, frames, -1)
        x, emb_gru = self.emb_gru(x + functional.relu(self.df_in(seen)), memory.emb_gru)

        y, erb_gru = self.erb_gru(x, memory.erb_gru)
        y = y.reshape(batch, frames, BANDS // 4, CHANNELS).permute(0, 3, 1, 2)
        ups = zip(
            self.erb_skips, (e3, e2, e1), (self.erb_up3, self.erb_up2, self.erb_up1), strict=False
        )
        for skip, e, up in ups:
            y = up(functional.relu(skip(e)) + y)
        gain = torch.sigmoid(self.erb_out(functional.relu(self.erb_skips[3](e0)) + y))[:, 0]

        z, df_gru = self.df_gru(x, memory.df_gru)
        z = torch.tanh(self.df_out(z + self.df_skip(x)))
        paths = torch.cat([memory.paths, c0], 2)
        path = functional.relu(self.df_path_mix(self.df_path(paths))).permute(0, 2, 3, 1)
        taps = z.reshape(batch, frames, LOW, 2 * ORDER) + path

        spectra = torch.cat([memory.spectra, kept], 1)
        before = ORDER - 1 - self.ahead
        high = (spectra[:, before : before + frames] if self.ahead else spectrum)[:, :, LOW:]
        with torch.autocast("cpu", enabled=False):
            gains = (gain.float() @ self.spread)[:, :, LOW:, None]
            clean = torch.cat([filtered(spectra[:, :, :LOW], taps.float()), gains * high], 2)
        after = Memory(
            erb_level[:, -1], df_level[:, -1], erb[:, :, -2:], df[:, :, -2:],
            paths[:, :, 1 - ORDER :], spectra[:, 1 - ORDER :], emb_gru, erb_gru, df_gru,
        )  # fmt: skip
        return clean, after


def filtered(spectra: Tensor, taps: Tensor) -> Tensor:
    """Each low bin's frames through its complex filter: ``(batch, frames, LOW, 2)``.

    Args:
        spectra: ``(batch, ORDER - 1 + frames, LOW, 2)``.
        taps: ``(batch, frames, LOW, 2 · ORDER)``, of the oldest frame first, real and imaginary.
    """
    frames = taps.shape[1]
    real = imaginary = torch.zeros(1)
    for k in range(ORDER):
        a, b = spectra[:, k : k + frames].unbind(-1)
        c, d = taps[..., 2 * k], taps[..., 2 * k + 1]
        real = real + a * c - b * d
        imaginary = imaginary + a * d + b * c
    return torch.stack([real, imaginary], -1)


def analyse(sound: Tensor) -> Tensor:
    """The spectra of sounds ``(batch, frames · HOP)``, ``(batch, frames, BINS, 2)``, by `SCALE`."""
    padded = functional.pad(sound, (WINDOW - HOP, 0)).unfold(1, WINDOW, HOP)
    return torch.view_as_real(torch.fft.rfft(padded * vorbis()) * SCALE)


def synthesise(spectra: Tensor) -> Tensor:
    """Of ``(batch, frames, BINS, 2)`` the sounds ``(batch, (frames - 1) · HOP)``: all that
    two frames make up, beginning with the sound's beginning."""
    frames = torch.fft.irfft(torch.view_as_complex(spectra.contiguous()) / SCALE, WINDOW) * vorbis()
    old, new = frames.chunk(2, -1)
    return (old[:, 1:] + new[:, :-1]).flatten(1)
