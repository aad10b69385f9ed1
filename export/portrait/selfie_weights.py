"""Reads the convolution weights of MediaPipe's selfie segmentation nets into one `.npz` file.

The coarse network starts from these weights (Apache-2.0). They are in the `mediapipe==0.10.21`
wheel, which wants an environment of its own (see `export`):

    .venv-mediapipe/bin/python export/portrait/selfie_weights.py OUT.npz [--landscape]

The arrays are named `000.weight`, `000.bias`, `001.weight`, ... in the order in which the net
computes, in PyTorch's layout.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np


def read_convolutions(tflite: Path) -> dict[str, np.ndarray]:
    """float32 weights (out, in/groups, kh, kw) and biases of every convolution, in order."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(tflite.read_bytes(), 0))
    graph = model.subgraphs[0]
    code = schema.BuiltinOperator
    half_precision: dict[int, int] = {}
    arrays: dict[str, np.ndarray] = {}

    def kind(operator: Any) -> int:
        entry = model.operatorCodes[operator.opcodeIndex]
        return max(entry.builtinCode, entry.deprecatedBuiltinCode)

    def constant(index: int) -> np.ndarray:
        tensor = graph.tensors[half_precision.get(index, index)]
        raw = bytes(model.buffers[tensor.buffer].data)
        dtype = np.float16 if tensor.type == schema.TensorType.FLOAT16 else np.float32
        return np.frombuffer(raw, dtype).reshape(tensor.shape).astype(np.float32)

    for operator in graph.operators:
        if kind(operator) == code.DEQUANTIZE:
            half_precision[operator.outputs[0]] = operator.inputs[0]
    for operator in graph.operators:
        if kind(operator) == code.CONV_2D:
            axes = (0, 3, 1, 2)
        elif kind(operator) == code.DEPTHWISE_CONV_2D or kind(operator) == code.CUSTOM:
            axes = (3, 0, 1, 2)
        else:
            continue
        number = len(arrays) // 2
        arrays[f"{number:03d}.weight"] = constant(operator.inputs[1]).transpose(axes)
        arrays[f"{number:03d}.bias"] = constant(operator.inputs[2])
    return arrays


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--landscape", action="store_true", help="the 144x256 net")
    args = parser.parse_args()
    import mediapipe

    name = "selfie_segmentation_landscape" if args.landscape else "selfie_segmentation"
    folder = Path(mediapipe.__file__).parent / "modules" / "selfie_segmentation"
    np.savez(args.out, **read_convolutions(folder / f"{name}.tflite"))


if __name__ == "__main__":
    main()
