"""A film's picture as BGR, in the colours in which players show it.

HDR (ITU-R BT.2100, PQ and HLG) becomes what other screens show: up to some 90 cd/m² nothing
changes, above that the curve of BT.2390 (5.4.1) brings 1000 cd/m² to white, channel by channel.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

_BT709, _UNKNOWN = 1, 2
_PQ, _HLG = 16, 18
_HD_WIDTH, _SD_HEIGHT = 1280, 576
_BRIGHTEST, _WHITE = 1000.0, 203.0  # cd/m²; the latter is BT.2408's white of paper
_GAMMA = 2.4  # BT.1886
_TO_709 = np.array(  # BT.2087, and the other way round for BGR
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)[::-1, ::-1]
_STEPS = 65_535

Light = NDArray[np.float64]
"""cd/m²."""


def to_bgr(
    picture: VideoFrame,
    width: int | None = None,
    height: int | None = None,
    *,
    tone_mapped: bool = True,
) -> NDArray[np.uint8]:
    """uint8 ``(H, W, 3)``, of another size where one is given. A picture that does not tell its
    matrix has that of its kind: BT.2020 for HDR, BT.709 for HD and BT.601 for others. HDR that is
    not `tone_mapped` is pale, and there much sooner."""
    hdr, matrix = picture.color_trc in (_PQ, _HLG), None
    if picture.colorspace == _UNKNOWN and hdr:
        matrix = Colorspace.BT2020
    elif picture.colorspace == _UNKNOWN and (
        picture.width >= _HD_WIDTH or picture.height > _SD_HEIGHT
    ):
        matrix = Colorspace.ITU709
    mapped = hdr and tone_mapped
    kind = "bgr48le" if mapped else "bgr24"
    shown = picture.to_ndarray(format=kind, width=width, height=height, src_colorspace=matrix)
    if not mapped:
        return np.asarray(shown, np.uint8)
    light = cv2.transform(cv2.LUT(shown, _screened(picture.color_trc)[np.newaxis]), _TO_709)
    steps = np.clip(light, 0, _STEPS, out=light).astype(np.uint16)
    return np.asarray(cv2.LUT(steps, _coded()[np.newaxis]), np.uint8)


def meant(picture: VideoFrame) -> tuple[int, int]:
    """The primaries and the transfer, by FFmpeg's numbers, of what `to_bgr` gives."""
    if picture.color_trc in (_PQ, _HLG):
        return _BT709, _BT709
    return picture.color_primaries, picture.color_trc


@cache
def _screened(transfer: int) -> NDArray[np.float32]:
    """The light of a usual screen, in 65,535ths of its white, by 16-bit values of HDR."""
    value = np.arange(_STEPS + 1) / _STEPS
    light = _light_of_pq(value) if transfer == _PQ else _light_of_hlg(value)
    brightest, white = _pq(np.array([_BRIGHTEST, _WHITE]))
    top = white / brightest
    knee = 1.5 * top - 0.5
    full = np.minimum(_pq(light) / brightest, 1)
    part = np.maximum(full - knee, 0) / (1 - knee)
    bent = (
        (2 * part**3 - 3 * part**2 + 1) * knee
        + (part**3 - 2 * part**2 + part) * (1 - knee)
        + (3 * part**2 - 2 * part**3) * top
    )
    shown = np.where(full < knee, full, bent) * brightest
    return (_light_of_pq(shown) / _WHITE * _STEPS).astype(np.float32)


@cache
def _coded() -> NDArray[np.uint8]:
    """What makes a screen give so much light, by 65,535ths of its white."""
    light = np.arange(_STEPS + 1) / _STEPS
    return np.round(255 * light ** (1 / _GAMMA)).astype(np.uint8)


_M1, _M2, _C1, _C2, _C3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875


def _pq(light: Light) -> NDArray[np.float64]:
    power = (light / 10_000) ** _M1
    coded: NDArray[np.float64] = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return coded


def _light_of_pq(value: NDArray[np.float64]) -> Light:
    power = value ** (1 / _M2)
    light: Light = 10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)
    return light


def _light_of_hlg(value: NDArray[np.float64]) -> Light:
    """On a screen of 1000 cd/m², whose system gamma is 1.2."""
    high = (np.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    light: Light = _BRIGHTEST * np.where(value <= 0.5, value**2 / 3, high) ** 1.2
    return light
