"""Writes one entry of `models_onnx/manifest.toml`: python -m export.manifest NAME --file F.onnx …

The file's hash, inputs and outputs are read from the file itself.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import onnxruntime as ort
import tomli_w

ROOT = Path(__file__).parent.parent / "models_onnx"


def update(
    name: str, file: str, *, version: str, licence: str, data: list[str], scores: dict[str, float]
) -> None:
    """Adds or replaces the entry `name` for `models_onnx/<file>`."""
    path, manifest = ROOT / file, ROOT / "manifest.toml"
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    entries: dict[str, Any] = tomllib.loads(manifest.read_text()) if manifest.exists() else {}
    entries[name] = {
        "file": file,
        "version": version,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "licence": licence,
        "data": data,
        "inputs": {i.name: f"{i.type} {i.shape}" for i in session.get_inputs()},
        "outputs": {o.name: f"{o.type} {o.shape}" for o in session.get_outputs()},
        "scores": scores,
    }
    manifest.write_text(tomli_w.dumps(dict(sorted(entries.items()))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--file", required=True, help="file name inside models_onnx/")
    parser.add_argument("--version", required=True)
    parser.add_argument("--licence", default="GPL-2.0-or-later")
    parser.add_argument("--data", action="append", default=[], help="a training source; repeat")
    parser.add_argument("--score", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    scores = {key: float(value) for key, value in (s.split("=") for s in arguments.score)}
    update(
        arguments.name,
        arguments.file,
        version=arguments.version,
        licence=arguments.licence,
        data=arguments.data,
        scores=scores,
    )


if __name__ == "__main__":
    main()
