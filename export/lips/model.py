"""Net 2 (lips to band mask) and net 3 (the gate), and the mask the two make together."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from export.lips.corpus import MERGE
from vcam.audio.lipgate import BANDS, FLOOR, RELEASE
from vcam.audio.mouth import FEATURES

assert len(MERGE) == BANDS + 1


class Lips(nn.Module):
    """Mouth features and age, ``(B, T, FEATURES + 1)``, to IBM logits ``(B, T, BANDS)``."""

    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.hidden = hidden
        self.register_buffer("mean", torch.zeros(FEATURES + 1))
        self.register_buffer("scale", torch.ones(FEATURES + 1))
        self.enter = nn.Linear(FEATURES + 1, hidden)
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.leave = nn.Linear(hidden, BANDS)

    def forward(self, features: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        entered = torch.relu(self.enter((features - self.mean) * self.scale))
        held, state = self.memory(entered, state)
        return self.leave(held), state


class Gate(nn.Module):
    """IBM, IRM, level, each ``(B, T, BANDS)``, and confidence and age ``(B, T, 2)`` to g logits."""

    def __init__(self, hidden: int = 48) -> None:
        super().__init__()
        self.hidden = hidden
        self.enter = nn.Linear(4 * BANDS + 2, hidden)
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.leave = nn.Linear(hidden, 1)

    def forward(
        self, ibm: Tensor, irm: Tensor, level: Tensor, trust: Tensor, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        joined = torch.cat([ibm, ibm * irm, irm, level, trust], -1)
        held, state = self.memory(torch.relu(self.enter(joined)), state)
        return self.leave(held), state


def gain(ibm: Tensor, gate: Tensor) -> Tensor:
    """The gain on the IRM, as `vcam.audio.lipgate` applies it: at once up, `RELEASE` down."""
    wanted = 1 - gate * (1 - (FLOOR + (1 - FLOOR) * ibm))
    held = [wanted[:, 0]]
    for moment in wanted.unbind(1)[1:]:
        held.append(torch.maximum(moment, held[-1] * RELEASE))
    return torch.stack(held, 1)
