"""What listeners would say: DNSMOS P.835 as a differentiable function of a spectrum and a mask.

Reddy et al., "DNSMOS P.835: a non-intrusive perceptual objective speech quality metric", ICASSP
2022. The network is read from its published ONNX file, at any length, and stays as it is.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from export.denoise.model import PAIRS, SINGLES
from export.weights import from_onnx
from vcam.audio.frames import LOOKBACK, RATE, SYNTHESIS, WINDOW

SPEECH_RATE = 16_000
LOW_BINS = LOOKBACK * SPEECH_RATE // RATE // 2 + 1  # up to 8 kHz
_LOW = 2 * (LOW_BINS - 1)
_WINDOW = torch.from_numpy(SYNTHESIS[-WINDOW :: RATE // SPEECH_RATE].copy())
LOUDNESS = 0.06  # RMS of the speech that is judged: the judgement depends on it a little


def sound(spectrum: Tensor) -> Tensor:
    """Overlap-add at 16 kHz: ``(frames, batch, LOW_BINS)`` → ``(batch, samples)``."""
    frames = torch.fft.irfft(spectrum, _LOW)[..., -len(_WINDOW) :] * _WINDOW.to(spectrum.device)
    old, new = frames.chunk(2, -1)
    return (old[1:] + new[:-1]).transpose(0, 1).flatten(1) * (SPEECH_RATE / RATE)


def low_mask(mask: Tensor) -> Tensor:
    """Each bin up to 8 kHz gets its band's value: ``(…, BANDS)`` → ``(…, LOW_BINS)``."""
    pairs = mask[..., SINGLES : SINGLES + PAIRS]
    return torch.cat([mask[..., :SINGLES], pairs.repeat_interleave(2, -1), pairs[..., -1:]], -1)


class Opinion:
    """Sound at 16 kHz in, raw SIG, BAK and OVRL out (about 1 to 5)."""

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self.weights = {name: value.to(device) for name, value in from_onnx(path).items()}

    def __call__(self, heard: Tensor) -> Tensor:
        """``(batch, samples)`` in [-1, 1] → ``(batch, 3)``."""
        w = self.weights
        frames = heard.unfold(1, 320, 160)
        parts = [
            frames @ w[f"time2freq/stft-{part}/kernel:0"][..., 0].T for part in ("real", "imag")
        ]
        power = parts[0].square() + parts[1].square()
        x = torch.log(power.clamp(min=float(w["mos_estimator_logpow/Maximum/x:0"])))
        x = (x / w["mos_estimator_logpow/truediv/y:0"])[:, None]
        with torch.autocast(heard.device.type, torch.bfloat16):
            x = x.contiguous(memory_format=torch.channels_last)
            for layer in range(7):
                name = f"conv2d_{layer}" if layer else "conv2d"
                x = functional.conv2d(x, w[f"{name}/kernel:0"], w[f"{name}/bias:0"], padding=1)
                x = torch.relu(x)
                if 3 <= layer <= 5:
                    x = functional.max_pool2d(x, 2)
        x = x.float().amax((2, 3))
        for layer in ("dense", "dense_1", "dense_3"):
            at = f"mos_estimator_logpow/{layer}/"
            x = x @ w[f"{at}MatMul/ReadVariableOp/resource:0"]
            x = x + w[f"{at}BiasAdd/ReadVariableOp/resource:0"]
            x = x if layer == "dense_3" else torch.relu(x)
        return x
