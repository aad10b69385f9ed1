"""Opens a network by name; the only way to an ONNX Runtime session.

The manifest (`models_onnx/manifest.toml`) names each network's file, version, SHA-256, licence,
inputs, outputs and measured scores.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from vcam.networks.graph import Graph, Shape
from vcam.schema.errors import VcamError

MANIFEST = "manifest.toml"
_CUDA = "CUDAExecutionProvider"


@dataclass(frozen=True)
class ModelInfo:
    """One entry of the manifest."""

    name: str
    path: Path
    version: str
    sha256: str
    licence: str
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """True when the file is there and its SHA-256 is the manifest's."""
        return self.path.is_file() and _sha256(self.path) == self.sha256


@dataclass(frozen=True)
class Model:
    """An open network. `provider` is the execution provider really in use."""

    info: ModelInfo
    session: ort.InferenceSession
    provider: str

    def run(self, feeds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs the graph once; returns every output by its name."""
        found = self.session.run(self._outputs, dict(feeds))
        return dict(zip(self._outputs, found, strict=True))

    @cached_property
    def _outputs(self) -> list[str]:
        return [output.name for output in self.session.get_outputs()]

    def fixed(self, sizes: Mapping[str, int]) -> Model:
        """The same network for inputs of one size, given by the names of the free dimensions.

        It runs faster, because all that depends on sizes alone is computed here: some 0.1 s.
        """
        options = _options(self.session.get_session_options().intra_op_num_threads)
        options.enable_mem_reuse = False  # measured: faster, and no more memory is taken
        for name, size in sizes.items():
            options.add_free_dimension_override_by_name(name, size)
        providers = self.session.get_providers()
        session = ort.InferenceSession(str(self.info.path), options, providers=providers)
        return replace(self, session=session)


def models_dir() -> Path:
    """The folder of the shipped networks: inside the wheel, or beside `vcam/` in a checkout."""
    packaged = Path(__file__).parents[1] / "models_onnx"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "models_onnx"


def list_models(root: Path | None = None) -> dict[str, ModelInfo]:
    """Reads the manifest. Raises VcamError when it is missing or cannot be read."""
    root = root or models_dir()
    manifest = root / MANIFEST
    try:
        entries: dict[str, dict[str, Any]] = tomllib.loads(manifest.read_text("utf-8"))
        return {
            name: ModelInfo(
                name=name,
                path=root / entry["file"],
                version=str(entry["version"]),
                sha256=entry["sha256"],
                licence=entry["licence"],
                scores=entry.get("scores", {}),
            )
            for name, entry in entries.items()
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise VcamError("models.manifest", path=manifest, error=error) from error


def describe_models(root: Path | None = None) -> dict[str, dict[str, Any]]:
    """What `vcam models --json` prints: version, intact, provider, bytes, licence and scores.

    `provider` is None for a network that cannot be opened. Raises VcamError without a manifest.
    """
    return {
        name: {
            "version": info.version,
            "intact": info.intact,
            "provider": open_model(name, root=root).provider if info.intact else None,
            "bytes": info.path.stat().st_size if info.path.is_file() else 0,
            "licence": info.licence,
            "scores": dict(info.scores),
        }
        for name, info in list_models(root).items()
    }


def open_model(
    name: str, graph: Graph | None = None, *, threads: int = 1, root: Path | None = None
) -> Model:
    """Opens a network of the manifest; `graph` is what it has to be like.

    CUDA is asked for only where an NVIDIA driver is present. Threads sleep between calls instead
    of spinning, because the audio networks run 100 times a second.

    Raises VcamError when the name is unknown, the file's hash is not the manifest's, ONNX Runtime
    does not take it, or the graph is another one: then no call would get on with it.
    """
    known = list_models(root)
    if name not in known:
        raise VcamError("models.unknown", name=name, known=", ".join(known))
    info = known[name]
    if not info.path.is_file():
        raise VcamError("models.missing", path=info.path)
    try:
        session = _session(info.path, threads) if info.intact else None
    except Exception as error:  # ONNX Runtime's have nothing in common
        brief = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise VcamError("models.not_opened", path=info.path, error=brief) from error
    if session is None:
        raise VcamError("models.altered", path=info.path)
    if graph is not None:
        difference = graph.difference(_shapes(session.get_inputs()), _shapes(session.get_outputs()))
        if difference is not None:
            raise VcamError("models.other_graph", path=info.path, difference=difference)
    return Model(info=info, session=session, provider=session.get_providers()[0])


def open_file(path: Path) -> Model:
    """A network that another package brought. Raises VcamError as `open_model` does."""
    if not path.is_file():
        raise VcamError("models.missing", path=path)
    try:
        session = _session(path, 1)
    except Exception as error:  # ONNX Runtime's have nothing in common
        brief = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise VcamError("models.not_opened", path=path, error=brief) from error
    info = ModelInfo(path.stem, path, "", "", "")
    return Model(info=info, session=session, provider=session.get_providers()[0])


def _session(path: Path, threads: int) -> ort.InferenceSession:
    return ort.InferenceSession(str(path), _options(threads), providers=wanted_providers())


def wanted_providers() -> list[str]:
    """The execution providers to ask for on this machine, best first."""
    available = ort.get_available_providers()
    # NVIDIA's variable: empty where a process is to use none.
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES") != ""
    if _CUDA in available and allowed and shutil.which("nvidia-smi"):
        return [_CUDA, "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]


def uses_gpu() -> bool:
    """Whether networks really run on a GPU here. Raises VcamError as `open_model` does."""
    return _CUDA in wanted_providers() and open_model("portrait").provider == _CUDA


def _shapes(nodes: Sequence[ort.NodeArg]) -> dict[str, Shape]:
    return {node.name: tuple(node.shape) for node in nodes}


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
