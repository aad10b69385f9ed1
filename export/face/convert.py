"""Converts MediaPipe's face nets to ONNX: python -m export.face.convert OUT_DIR

The nets (Apache-2.0) are in the `mediapipe==0.10.21` wheel, which wants an environment of its own
(see `export`).

The graphs keep their weights. Names are changed to say what they are, and every PReLU becomes
relu(x)·(1−a) + x·a with two depthwise 1×1 convolutions: ONNX Runtime's PReLU kernel took two
thirds of the landmark net's time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

NETS = {
    "face_detector": (
        "face_detection/face_detection_short_range.tflite",
        {"input": "image", "regressors": "boxes", "classificators": "scores"},
    ),
    "face_landmarks": (
        "face_landmark/face_landmark.tflite",
        {"input_1": "image", "conv2d_21": "landmarks", "conv2d_31": "presence"},
    ),
}


def modules_dir() -> Path:
    """Where the installed mediapipe keeps its nets. Raises SystemExit when it is not installed."""
    found = find_spec("mediapipe")
    if found is None or found.origin is None:
        raise SystemExit("mediapipe is not installed here; pip install mediapipe==0.10.21")
    return Path(found.origin).parent / "modules"


def convert(name: str, folder: Path) -> Path:
    """Writes `folder/<name>.onnx` and returns its path."""
    tflite, names = NETS[name]
    path = folder / f"{name}.onnx"
    subprocess.run(
        [sys.executable, "-m", "tf2onnx.convert", "--tflite", str(modules_dir() / tflite),
         "--output", str(path), "--opset", "17"],
        check=True,
    )  # fmt: skip
    model = onnx.load(path)
    without_prelu(model.graph)
    rename(model.graph, names)
    model.producer_name = "vcam export.face"
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def without_prelu(graph: onnx.GraphProto) -> None:
    """Replaces each PRelu of one slope per channel."""
    slopes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type != "PRelu":
            nodes.append(node)
            continue
        source, out = node.input[0], node.output[0]
        slope = slopes[node.input[1]].reshape(-1, 1, 1, 1).astype(np.float32)
        for part, weight in (("all", slope), ("positive", 1 - slope)):
            graph.initializer.append(numpy_helper.from_array(weight, f"{out}/{part}"))
        depthwise = {"group": len(slope), "kernel_shape": [1, 1]}
        nodes += [
            helper.make_node("Relu", [source], [f"{out}/relu"]),
            helper.make_node("Conv", [source, f"{out}/all"], [f"{out}/a"], **depthwise),
            helper.make_node("Conv", [f"{out}/relu", f"{out}/positive"], [f"{out}/b"], **depthwise),
            helper.make_node("Add", [f"{out}/a", f"{out}/b"], [out]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    """Gives inputs and outputs their new names."""
    for value in [*graph.input, *graph.output]:
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in NETS:
        print(convert(name, arguments.folder))


if __name__ == "__main__":
    main()
