"""Which networks make the picture's pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vcam.networks.models import open_model
from vcam.video.stages.face import FaceTracker
from vcam.video.stages.portrait import Portrait


@dataclass(frozen=True)
class PictureNetworks:
    """`portrait` is None where no background is hidden, `face` where nobody looks for faces."""

    portrait: Portrait | None
    face: FaceTracker | None


def open_picture(
    *, portrait: bool = True, face: bool = True, root: Path | None = None
) -> PictureNetworks:
    """Opens them, from the models in `root` or else those that are shipped.

    Raises VcamError when a model is missing, damaged or another kind of network.
    """
    return PictureNetworks(
        open_portrait(root) if portrait else None, open_face(root) if face else None
    )


def open_portrait(root: Path | None = None) -> Portrait:
    """The matte's two networks. Raises VcamError as `open_picture` does."""
    return Portrait(
        open_model("portrait", Portrait.COARSE, root=root),
        open_model("portrait_points", Portrait.POINTS, root=root),
    )


def open_face(root: Path | None = None) -> FaceTracker:
    """The face's two networks. Raises VcamError as `open_picture` does."""
    return FaceTracker(
        open_model("face_detector", FaceTracker.DETECTOR, root=root),
        open_model("face_landmarks", FaceTracker.MESH, root=root),
    )
