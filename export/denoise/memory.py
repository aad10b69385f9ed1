"""A block's memories on a CPU: `memory.c`, compiled where there is a C compiler.

Torch needs some twenty passes over the tensors for what is one; on a CPU that is a quarter of a
training step. Without a compiler, or on a GPU, `model.Block` computes the same with torch.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


@cache
def library() -> ctypes.CDLL | None:
    """The compiled functions; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    file = Path(tempfile.mkdtemp()) / "memory.so"
    source = Path(__file__).with_name("memory.c")
    command = [
        compiler,
        "-O3",
        "-march=native",
        "-ffast-math",
        "-shared",
        "-fPIC",
        str(source),
        "-o",
        str(file),
        "-lm",
    ]
    if subprocess.run(command, capture_output=True).returncode != 0:
        return None
    return ctypes.CDLL(str(file))


def _pointers(*tensors: Tensor) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]


class Memory(torch.autograd.Function):
    """x + value + taps of value + gated average; `both` holds values and gate logits."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, both: Tensor, taps: Tensor, stride: int) -> Tensor:
        compiled = library()
        assert compiled is not None
        x, both, taps = x.contiguous(), both.contiguous(), taps.contiguous()
        out, keep, average = torch.empty_like(x), torch.empty_like(x), torch.empty_like(x)
        sizes = [ctypes.c_long(n) for n in (*x.shape, len(taps), stride)]
        compiled.forward(*_pointers(x, both, taps, out, keep, average), *sizes)
        ctx.save_for_backward(both, taps, keep, average)
        ctx.sizes = sizes
        return out

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        compiled = library()
        assert compiled is not None
        both, taps, keep, average = ctx.saved_tensors
        gradient = gradient.contiguous()
        by_both, by_taps = torch.empty_like(both), torch.zeros_like(taps)
        carried, sums = torch.zeros_like(gradient[0]), torch.empty_like(taps[0])
        compiled.backward(
            *_pointers(gradient, both, taps, keep, average, by_both, by_taps, carried, sums),
            *ctx.sizes,
        )
        return gradient, by_both, by_taps, None
