"""Net 2 (lips to band mask) and net 3 (the gate), and the mask the two make together."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.lips.corpus import MERGE
from vcam.audio.lipgate import BANDS, FLOOR, RELEASE
from vcam.audio.mouth import FEATURES

assert len(MERGE) == BANDS + 1


class Lips(nn.Module):
    """Mouth features of video frames to IBM logits of sound frames.

    What the mouth did before is in the features (`vcam.audio.mouth`), so the net has no memory;
    it looks at each video frame once, and again at what has become of it as it ages.
    """

    def __init__(self, hidden: int = 96) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("scale", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, hidden)
        self.middle = nn.Linear(hidden, 64)
        self.aged = nn.Linear(64 + 1, 32)
        self.leave = nn.Linear(32, BANDS)

    def forward(self, features: Tensor, last: Tensor, age: Tensor) -> Tensor:
        """Logits ``(B, T, BANDS)``.

        Args:
            features: ``(B, N, FEATURES)`` of the video frames.
            last: int64 ``(B, T)``, each sound frame's newest video frame.
            age: ``(B, T)``, how old that is, in units of 0.1 s.
        """
        entered = torch.relu(self.enter((features - self.mean) * self.scale))
        seen = torch.relu(self.middle(F.dropout(entered, 0.1, self.training)))
        index = last[..., None].expand(-1, -1, seen.shape[-1])
        joined = torch.cat([seen.gather(1, index), age[..., None]], -1)
        return self.leave(torch.relu(self.aged(joined)))


class Gate(nn.Module):
    """IBM, IRM, level, each ``(B, T, BANDS)``, and confidence and age ``(B, T, 2)`` to g logits."""

    def __init__(self, hidden: int = 24) -> None:
        super().__init__()
        self.hidden = hidden
        self.enter = nn.Linear(4 * BANDS + 2, hidden)
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.leave = nn.Linear(hidden, 1)
        nn.init.constant_(self.leave.bias, 1.0)  # begins by believing net 2

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
