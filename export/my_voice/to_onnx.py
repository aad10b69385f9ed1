"""Writes the network as ONNX: python -m export.my_voice.to_onnx CHECKPOINT OUT_DIR

One call is one 10 ms block; the memories go in and come out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from onnx import numpy_helper

from export.lips.to_onnx import Graph
from export.my_voice.model import NEPER, MyVoice
from vcam.audio.stages.my_voice import BANDS, PROFILE, UNIT


def write(net: MyVoice, path: Path) -> None:
    """levels (1, BANDS), profile (1, PROFILE), memories → mine (1, 1), embedding (1, PROFILE)."""
    graph = Graph()
    graph.weights += [
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in (("least", -3 * UNIT), ("most", UNIT), ("lowest", -3), ("highest", 1))
    ]
    given = graph.add("Clip", "levels", "least", "most")
    entered = graph.linear(given, net.enter.weight / UNIT, net.enter.bias)
    heard = graph.gru(graph.add("Relu", entered), "heard", net.hears)
    each = graph.linear(heard, net.embeds.weight, net.embeds.bias)
    graph.add("LpNormalization", each, name="embedding", axis=1, p=2)
    both = graph.add("Mul", "embedding", "profile")
    axis = numpy_helper.from_array(np.array([1], np.int64), "axis")
    graph.weights.append(axis)
    like = graph.add("ReduceSum", both, "axis", keepdims=1)
    loud = graph.add(
        "ReduceLogSumExp", graph.add("Mul", "levels", graph.weight([1 / NEPER])), axes=[1]
    )
    falls = graph.weight([net.FALLS])
    now = graph.add("Mul", loud, graph.weight([[NEPER] * len(net.FALLS)]))
    peaks = graph.add("Max", now, graph.add("Sub", "peaks", falls), name="next_peaks")
    lately = graph.add("Clip", graph.add("Div", peaks, graph.weight([UNIT])), "lowest", "highest")
    joined = graph.add("Concat", heard, both, "profile", like, lately, axis=1)
    compared = graph.add("Relu", graph.linear(joined, net.compares.weight, net.compares.bias))
    judged = graph.gru(compared, "judged", net.judges)
    graph.add("Sigmoid", graph.linear(judged, net.leave.weight, net.leave.bias), name="mine")
    memories = {"heard": net.HIDDEN, "judged": net.JUDGING, "peaks": len(net.FALLS)}
    graph.save(
        path,
        {"levels": BANDS, "profile": PROFILE, **memories},
        {"mine": 1, "embedding": PROFILE, **{f"next_{n}": size for n, size in memories.items()}},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    net = MyVoice().eval()
    net.load_state_dict(torch.load(arguments.checkpoint)["average"])
    with torch.no_grad():
        write(net, arguments.folder / "my_voice.onnx")


if __name__ == "__main__":
    main()
