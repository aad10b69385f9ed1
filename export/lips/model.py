"""Net 2 (lips to band mask) and net 3 (the gate), and the mask the two make together."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.lips.corpus import MERGE
from vcam.audio.stages.lipgate import BANDS, FLOOR, RELEASE
from vcam.audio.stages.mouth import FEATURES

assert len(MERGE) == BANDS + 1


class Lips(nn.Module):
    """What a mouth does around a block (`vcam.audio.stages.mouth.features`) to its IBM logits.

    Past and future are in the features, so the net has no memory.
    """

    def __init__(self, hidden: int = 128) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("scale", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, hidden)
        self.middle = nn.Linear(hidden, 64)
        self.leave = nn.Linear(64, BANDS)

    def forward(self, features: Tensor) -> Tensor:
        """``(…, FEATURES)`` to logits ``(…, BANDS)``."""
        entered = torch.relu(self.enter((features - self.mean) * self.scale))
        middle = torch.relu(self.middle(F.dropout(entered, 0.2, self.training)))
        return self.leave(F.dropout(middle, 0.1, self.training))


class Gate(nn.Module):
    """IBM, IRM, level, each ``(B, T, BANDS)``, and confidence and age ``(B, T, 2)`` to the logits
    of g ``(B, T, BANDS)``."""

    def __init__(self, hidden: int = 48) -> None:
        super().__init__()
        self.hidden = hidden
        self.enter = nn.Linear(4 * BANDS + 2, hidden)
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.leave = nn.Linear(hidden, BANDS)
        nn.init.constant_(self.leave.bias, 1.0)  # begins by believing net 2

    def forward(
        self, ibm: Tensor, irm: Tensor, level: Tensor, trust: Tensor, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        joined = torch.cat([ibm, ibm * irm, irm, level, trust], -1)
        held, state = self.memory(torch.relu(self.enter(joined)), state)
        return self.leave(held), state


def gain(ibm: Tensor, gate: Tensor) -> Tensor:
    """The gain on the IRM, as `vcam.audio.stages.lipgate` has it: at once up, `RELEASE` down."""
    wanted = 1 - gate * (1 - (FLOOR + (1 - FLOOR) * ibm))
    fallen = math.log(RELEASE) * torch.arange(wanted.shape[1])[:, None]
    return (torch.cummax(wanted.log() - fallen, 1).values + fallen).exp()
