"""What a network takes and gives, as the code that uses it needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Size = int | str
"""A fixed size, or the name of a free one."""

Shape = tuple[Size, ...]


@dataclass(frozen=True)
class Graph:
    """Inputs and outputs by name, with their shapes.

    With a `memory` prefix the network may have further inputs of fixed shapes, its memories; the
    next value of each is the output of the same shape whose name begins with the prefix.
    """

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    memory: str | None = None

    def difference(self, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> str | None:
        """The first thing that is other in a real network; None when it fits."""
        gives = dict(self.outputs)
        if self.memory is not None:
            for name, shape in inputs.items():
                if name not in self.inputs:
                    gives[self.memory + name] = shape
            inputs = {name: shape for name, shape in inputs.items() if name in self.inputs}
        for kind, wanted, found in (("input", self.inputs, inputs), ("output", gives, outputs)):
            for name in [*wanted, *found]:
                if wanted.get(name) != found.get(name):
                    have, need = _shown(found.get(name)), _shown(wanted.get(name))
                    return f"its {kind} '{name}' is {have} instead of {need}"
        return None


def _shown(shape: Shape | None) -> str:
    return "absent" if shape is None else "×".join(map(str, shape))
