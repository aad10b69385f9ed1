"""How the matte network is made: data, composites, network, training, conversion, measuring."""

from pathlib import Path


def points_beside(coarse: Path) -> Path:
    """Where the point head of an exported coarse network lies."""
    return coarse.with_stem(f"{coarse.stem}_points")
