"""Gated recurrent units that train fast on few cores.

PyTorch's own spend most of a step on casts and on the gradient of the weights in every frame. Here
what does not depend on the frame before is one product for all frames, forward and backward.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


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


def gated_units(units: torch.nn.GRU, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """The same as `units` (``batch_first``) gives, for training."""
    x, last = x.transpose(0, 1), []
    for layer in range(units.num_layers):
        into, back, bias, back_bias = units.all_weights[layer]
        gates = torch.nn.functional.linear(x, into, bias).float()
        x = GatedUnits.apply(gates, memory[layer], back, back_bias)
        last.append(x[-1])
    return x.transpose(0, 1), torch.stack(last)
