"""Writes nets 2 and 3 as ONNX: python -m export.lips.to_onnx CHECKPOINT OUT_DIR

One call is one 10 ms block; the memories go in and come out. The graphs are written node by node,
so that they hold nothing but what runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from export.lips.model import Gate, Lips
from vcam.audio.stages.lipgate import BANDS
from vcam.audio.stages.mouth import FEATURES


class Graph:
    """Collects nodes; each method returns the name of what it adds."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: object) -> str:
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def weight(self, value: torch.Tensor | np.ndarray | Sequence[Any]) -> str:
        name = f"w_{len(self.weights)}"
        array = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    def linear(self, x: str, weight: torch.Tensor, bias: torch.Tensor) -> str:
        return self.add("Gemm", x, self.weight(weight), self.weight(bias), transB=1)

    def split(self, x: str, sizes: list[int]) -> list[str]:
        names = [f"{x}_{i}" for i in range(len(sizes))]
        given = numpy_helper.from_array(np.array(sizes, np.int64), f"{x}_sizes")
        self.weights.append(given)
        self.nodes.append(helper.make_node("Split", [x, given.name], names, axis=1))
        return names

    def gru(self, x: str, memory: str, cell: torch.nn.GRU) -> str:
        """h' = (1 − z)·n + z·h, as torch defines it; it is called ``next_`` and its memory."""
        hidden = cell.hidden_size
        parts = []
        for source, weight, bias in (
            (x, cell.weight_ih_l0, cell.bias_ih_l0),
            (memory, cell.weight_hh_l0, cell.bias_hh_l0),
        ):
            parts.append(self.split(self.linear(source, weight, bias), [hidden] * 3))
        (xr, xz, xn), (hr, hz, hn) = parts
        reset = self.add("Sigmoid", self.add("Add", xr, hr))
        keep = self.add("Sigmoid", self.add("Add", xz, hz))
        new = self.add("Tanh", self.add("Add", xn, self.add("Mul", reset, hn)))
        change = self.add("Mul", keep, self.add("Sub", memory, new))
        return self.add("Add", new, change, name=f"next_{memory}")

    def save(self, path: Path, inputs: dict[str, int], outputs: dict[str, int]) -> None:
        def declare(values: dict[str, int]) -> list[onnx.ValueInfoProto]:
            return [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size])
                for name, size in values.items()
            ]

        graph = helper.make_graph(
            self.nodes, path.stem, declare(inputs), declare(outputs), self.weights
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="vcam export"
        )
        model.ir_version = 9
        onnx.checker.check_model(model)
        onnx.save(model, path)


def write_lips(net: Lips, path: Path) -> None:
    """features (1, FEATURES) → ibm (1, BANDS) in 0..1."""
    graph = Graph()
    weight = net.enter.weight * net.scale  # the normalisation belongs to the first layer
    bias = net.enter.bias - weight @ net.mean
    entered = graph.add("Relu", graph.linear("features", weight, bias))
    middle = graph.add("Relu", graph.linear(entered, net.middle.weight, net.middle.bias))
    graph.add("Sigmoid", graph.linear(middle, net.leave.weight, net.leave.bias), name="ibm")
    graph.save(path, {"features": FEATURES}, {"ibm": BANDS})


def write_gate(net: Gate, path: Path) -> None:
    """ibm, irm, level (1, BANDS), trust (1, 2), memory → g (1, BANDS) in 0..1, next_memory."""
    graph = Graph()
    both = graph.add("Mul", "ibm", "irm")
    joined = graph.add("Concat", "ibm", both, "irm", "level", "trust", axis=1)
    entered = graph.add("Relu", graph.linear(joined, net.enter.weight, net.enter.bias))
    held = graph.gru(entered, "memory", net.memory)
    graph.add("Sigmoid", graph.linear(held, net.leave.weight, net.leave.bias), name="g")
    graph.save(
        path,
        {"ibm": BANDS, "irm": BANDS, "level": BANDS, "trust": 2, "memory": net.hidden},
        {"g": BANDS, "next_memory": net.hidden},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    saved = torch.load(arguments.checkpoint)
    lips, gate = Lips(), Gate()
    lips.load_state_dict(saved["lips"])
    gate.load_state_dict(saved["gate"])
    with torch.no_grad():
        write_lips(lips, arguments.folder / "lips.onnx")
        write_gate(gate, arguments.folder / "gate.onnx")


if __name__ == "__main__":
    main()
