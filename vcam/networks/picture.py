"""Which networks make the picture's pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vcam.networks.models import open_model
from vcam.video.stages.face import FaceTracking
from vcam.video.stages.face_networks import FaceNetworks
from vcam.video.stages.face_tracker import MAX_FACES, FaceTracker
from vcam.video.stages.matte import Matting
from vcam.video.stages.portrait import Portrait


@dataclass(frozen=True, kw_only=True)
class PictureNetworks:
    """What the stages look with, by the names in their options' `networks`; None where nobody
    needs it, or it does not open. `provider` is the matte's."""

    portrait: Matting[Any] | None = None
    face: FaceTracking[Any] | None = None
    provider: str | None = None


def open_picture(names: Iterable[str], root: Path | None = None) -> PictureNetworks:
    """Opens those of these names, from the models in `root` or else those that are shipped.

    Raises VcamError when a model is missing, damaged or another kind of network.
    """
    networks = PictureNetworks()
    for name in names:
        networks = with_network(networks, name, root)
    return networks


def with_network(networks: PictureNetworks, name: str, root: Path | None = None) -> PictureNetworks:
    """These and one more. Raises VcamError as `open_picture` does."""
    match name:
        case "portrait":
            portrait = open_portrait(root)
            return replace(networks, portrait=portrait, provider=portrait.coarse.provider)
        case "face":
            return replace(networks, face=open_face(root))
    raise ValueError(f"no such network: {name}")


def open_portrait(root: Path | None = None) -> Portrait:
    """The matte's two networks. Raises VcamError as `open_picture` does."""
    return Portrait(
        open_model("portrait", Portrait.COARSE, root=root),
        open_model("portrait_points", Portrait.POINTS, root=root),
    )


def open_face(root: Path | None = None, most: int = MAX_FACES) -> FaceTracker:
    """The face's two networks, for so many faces. Raises VcamError as `open_picture` does."""
    detector = open_model("face_detector", FaceNetworks.DETECTOR, root=root)
    landmarks = open_model("face_landmarks", FaceNetworks.MESH, root=root)
    return FaceTracker(FaceNetworks(detector, landmarks), most)
