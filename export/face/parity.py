"""How far the converted face nets are from LiteRT: python -m export.face.parity MODELS_DIR

Runs in the environment of `export.face.convert`; prints one JSON object with the largest absolute
difference of each output over random pictures (pixels of a 192×192 picture for landmarks, logits
for scores and presence).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from onnx.reference import ReferenceEvaluator

from export.face.convert import NETS, modules_dir


def worst(name: str, folder: Path, pictures: int) -> dict[str, float]:
    """The largest difference of each output, by its ONNX name."""
    tflite, names = NETS[name]
    theirs = tf.lite.Interpreter(str(modules_dir() / tflite))
    theirs.allocate_tensors()
    (entry,) = theirs.get_input_details()
    ours = ReferenceEvaluator(str(folder / f"{name}.onnx"))
    outputs = [value.name for value in ours.proto_.graph.output]
    rng = np.random.default_rng(0)
    found = dict.fromkeys(outputs, 0.0)
    for _ in range(pictures):
        coarse = rng.random((8, 8, 3))
        picture = tf.image.resize(coarse, entry["shape"][1:3], "bicubic").numpy()[None]
        picture = np.clip(picture, 0, 1).astype(np.float32)
        theirs.set_tensor(entry["index"], picture)
        theirs.invoke()
        told = {
            names.get(d["name"].split(";")[0], d["name"]): theirs.get_tensor(d["index"])
            for d in theirs.get_output_details()
        }
        for output, value in zip(outputs, ours.run(None, {"image": picture}), strict=True):
            match = told.get(output)
            if match is None:
                (match,) = [t for t in told.values() if t.size == value.size]
            difference = np.abs(match.reshape(-1) - value.reshape(-1)).max()
            found[output] = max(found[output], float(difference))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=2)
    arguments = parser.parse_args()
    print(json.dumps({name: worst(name, arguments.folder, arguments.pictures) for name in NETS}))


if __name__ == "__main__":
    main()
