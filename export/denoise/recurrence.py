"""Recurrent units: gated ones that train fast on few cores, and all of them one frame at a time.

PyTorch's own spend most of a step on casts and on the gradient of the weights in every frame. Here
what does not depend on the frame before is one product for all frames, forward and backward.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class GatedUnits(torch.autograd.Function):
    """One layer, as `torch.nn.GRU` has it, all of a sound at once.

    Takes what the input makes of the gates, ``(frames, batch, 3 · n)`` in the order reset, update,
    new, the state before, ``(batch, n)``, and the recurrent weights ``(3 · n, n)`` and bias.
    Returns the states, ``(frames, batch, n)``.
    """

    @staticmethod
    def forward(ctx: Any, gates: Tensor, before: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        frames, batch, _ = gates.shape
        n = before.shape[1]
        states = gates.new_empty(frames + 1, batch, n)
        states[0] = before
        both = gates.new_empty(frames, batch, 2 * n)  # reset and update
        new, inner = gates.new_empty(frames, batch, n), gates.new_empty(frames, batch, n)
        turned = weight.t().contiguous()
        recurrent = gates.new_empty(batch, 3 * n)
        for t in range(frames):
            torch.addmm(bias, states[t], turned, out=recurrent)
            torch.add(gates[t, :, : 2 * n], recurrent[:, : 2 * n], out=both[t])
            both[t].sigmoid_()
            inner[t] = recurrent[:, 2 * n :]
            torch.addcmul(gates[t, :, 2 * n :], both[t, :, :n], inner[t], out=new[t])
            new[t].tanh_()
            torch.lerp(new[t], states[t], both[t, :, n:], out=states[t + 1])
        ctx.save_for_backward(states, both, new, inner, weight)
        return states[1:]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        states, both, new, inner, weight = ctx.saved_tensors
        frames, batch, n = new.shape
        reset, update = both.chunk(2, -1)
        # the slopes of all frames, where they do not depend on the gradient
        by_new = (1 - update) * (1 - new.square())
        by_update = (states[:-1] - new) * update * (1 - update)
        by_reset = inner * reset * (1 - reset)
        by_gates = new.new_empty(frames, batch, 3 * n)
        by_recurrent = new.new_empty(frames, batch, 3 * n)
        total = torch.zeros_like(new[0])
        for t in range(frames - 1, -1, -1):
            total += gradient[t]
            here, back = by_gates[t], by_recurrent[t]
            torch.mul(total, by_new[t], out=here[:, 2 * n :])
            torch.mul(total, by_update[t], out=here[:, n : 2 * n])
            torch.mul(here[:, 2 * n :], by_reset[t], out=here[:, :n])
            back[:, : 2 * n] = here[:, : 2 * n]
            torch.mul(here[:, 2 * n :], reset[t], out=back[:, 2 * n :])
            total = torch.addmm(total * update[t], back, weight)
        flat = by_recurrent.flatten(0, 1)
        return by_gates, total, flat.t() @ states[:-1].flatten(0, 1), flat.sum(0)


def gated_units(units: nn.GRU, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """The same as `units` (``batch_first``) gives, for training."""
    x, last = x.transpose(0, 1), []
    for layer in range(units.num_layers):
        into, back, bias, back_bias = units.all_weights[layer]
        gates = linear(x, into, bias).float()
        x = GatedUnits.apply(gates, memory[layer], back, back_bias)
        last.append(x[-1])
    return x.transpose(0, 1), torch.stack(last)


def frame_by_frame(units: nn.GRU | nn.LSTM, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """What `units` (``batch_first``) give, in the way that suits: training, one frame of a
    converted network, or a whole sound.

    Args:
        memory: ``(batch, layers, n)``; of an LSTM ``(batch, 2 · layers, n)``, states, then cells.
    """
    states = memory.transpose(0, 1)
    if x.shape[1] == 1:
        one, after = one_frame(units, x[:, 0], states.unbind(0))
        return one[:, None], torch.stack(after, 1)
    if isinstance(units, nn.LSTM):
        x, both = units(x, tuple(half.contiguous() for half in states.chunk(2)))
        return x, torch.cat(both).transpose(0, 1)
    x, last = gated_units(units, x, states) if units.training else units(x, states.contiguous())
    return x, last.transpose(0, 1)


def one_frame(
    units: nn.GRU | nn.LSTM, x: Tensor, before: Sequence[Tensor]
) -> tuple[Tensor, list[Tensor]]:
    """One frame, ``(batch, n)``, in products that can be in 8 bits; `before` are the states of the
    layers, of an LSTM also their cells."""
    after: list[Tensor] = []
    cells: list[Tensor] = []
    for layer in range(units.num_layers):
        into, back, bias, back_bias = units.all_weights[layer]
        state = before[layer]
        if isinstance(units, nn.LSTM):
            gates = linear(x, into, bias) + linear(state, back, back_bias)
            enter, forget, new, leave = gates.chunk(4, 1)
            cell = torch.sigmoid(forget) * before[units.num_layers + layer]
            cells.append(cell + torch.sigmoid(enter) * torch.tanh(new))
            x = torch.sigmoid(leave) * torch.tanh(cells[-1])
        else:
            a, b, c = linear(x, into, bias).chunk(3, 1)
            d, e, f = linear(state, back, back_bias).chunk(3, 1)
            new = torch.tanh(c + torch.sigmoid(a + d) * f)
            x = new + torch.sigmoid(b + e) * (state - new)
        after.append(x)
    return x, [*after, *cells]
