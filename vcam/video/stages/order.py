"""The stages of the picture, in their order: a new one is a file of its own and two lines here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vcam.video.stages.background import BackgroundOptions, BackgroundStage
from vcam.video.stages.brightness import BrightnessOptions, BrightnessStage
from vcam.video.stages.contract import PictureStage
from vcam.video.stages.face import FaceStage
from vcam.video.stages.framing import FramingOptions, FramingStage
from vcam.video.stages.light import LightOptions, LightStage
from vcam.video.stages.lowlight import LowLightOptions, LowLightStage
from vcam.video.stages.matte import MatteStage
from vcam.video.stages.touchup import TouchUpOptions, TouchUpStage

if TYPE_CHECKING:
    from vcam.networks.picture import PictureNetworks


@dataclass(frozen=True, kw_only=True, eq=False)
class VideoOptions(
    FramingOptions,
    BackgroundOptions,
    LightOptions,
    TouchUpOptions,
    BrightnessOptions,
    LowLightOptions,
):
    """What the picture is to look like: what every stage obeys, and what goes for all of them.

    `width` and `height` (pixels, even) are the published size. `turn` is by how many degrees the
    camera's picture is turned to the right, `mirror` swaps left and right, both except with
    `bypass`. `bypass` shows the camera's picture as it is, `pause` the standby card.
    """

    width: int = 1280
    height: int = 720
    turn: Literal["0", "90", "180", "270"] = "0"
    mirror: bool = False
    bypass: bool = False
    pause: bool = False


def picture_stages(networks: PictureNetworks) -> tuple[PictureStage[Any, VideoOptions], ...]:
    """All of them, the lookers first and the painters last; any network may be missing."""
    return (
        FaceStage(networks.face),
        MatteStage(networks.portrait),
        FramingStage(),
        LowLightStage(),
        BrightnessStage(),
        TouchUpStage(),
        LightStage(),
        BackgroundStage(),
    )
