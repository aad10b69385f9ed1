"""The network that knows the user's voice."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vcam.audio.stages.my_voice import BANDS, PROFILE, UNIT

NEPER = 10 / math.log(10)
"""dB, of powers."""


class MyVoice(nn.Module):
    """Bands' levels to an embedding of who speaks, and that beside a profile to whose voice it is.

    `HIDDEN` cells hear the sound, `JUDGING` compare; beside what they hear they know how loud it
    was lately: peaks that fall by `FALLS` dB a step.
    """

    HIDDEN, JUDGING = 128, 64
    FALLS = 0.8, 0.2

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(BANDS, self.HIDDEN)
        self.hears = nn.GRU(self.HIDDEN, self.HIDDEN, batch_first=True)
        self.embeds = nn.Linear(self.HIDDEN, PROFILE)
        self.compares = nn.Linear(self.HIDDEN + 2 * PROFILE + 1 + len(self.FALLS), self.JUDGING)
        self.judges = nn.GRU(self.JUDGING, self.JUDGING, batch_first=True)
        self.leave = nn.Linear(self.JUDGING, 1)

    def embed(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        """``(B, T, BANDS)`` in dB to what is heard ``(B, T, HIDDEN)`` and unit embeddings
        ``(B, T, PROFILE)``."""
        given = (levels / UNIT).clamp(-3.0, 1.0)
        heard, _ = self.hears(torch.relu(self.enter(given)))
        return heard, F.normalize(self.embeds(heard), dim=-1)

    def profile(self, levels: Tensor, known: Tensor) -> Tensor:
        """The mean embedding of what holds a voice ``(B, PROFILE)``."""
        _, each = self.embed(levels)
        return F.normalize((each * known[..., None]).sum(1), dim=-1)

    def peaks(self, levels: Tensor) -> Tensor:
        """``(B, T, len(FALLS))`` in units; before the first step they are 0 dB."""
        each = torch.logsumexp(levels / NEPER, -1) * NEPER
        fallen = torch.arange(1, each.shape[1] + 1) * torch.tensor(self.FALLS)[:, None]
        peaks = torch.cummax((each[:, None] + fallen).clamp_min(0), -1)[0] - fallen
        return (peaks.transpose(1, 2) / UNIT).clamp(-3.0, 1.0)

    def forward(self, levels: Tensor, profile: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``(B, T)`` of the user's voice, and embeddings."""
        heard, each = self.embed(levels)
        wanted = profile[:, None].expand_as(each)
        like = (each * wanted).sum(-1, keepdim=True)
        joined = torch.cat([heard, each * wanted, wanted, like, self.peaks(levels)], -1)
        judged, _ = self.judges(torch.relu(self.compares(joined)))
        return self.leave(judged)[..., 0], each
