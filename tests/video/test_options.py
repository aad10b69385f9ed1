"""From the settings to what the pipelines obey."""

from dataclasses import fields

import numpy as np
import pytest

from vcam.audio.options import audio_options
from vcam.audio.stages.order import AudioOptions
from vcam.schema.settings import SETTINGS, Settings
from vcam.video.i420 import to_bgr
from vcam.video.options import video_options
from vcam.video.stages.order import VideoOptions

SIZE = (320, 180)


@pytest.mark.parametrize(
    "key", [f.name for f in fields(VideoOptions) if f.name in SETTINGS and SETTINGS[f.name].states]
)
@pytest.mark.parametrize("on", [False, True])
def test_every_switch_of_the_picture_reaches_its_stage(key: str, on: bool) -> None:
    value = (SETTINGS[key].states or (False, True))[on]
    assert getattr(video_options(Settings(**{key: value}), SIZE), key) == value


def test_every_setting_of_the_picture_reaches_the_pipeline() -> None:
    shown = {key for key, one in SETTINGS.items() if one.group == "picture"}
    assert shown <= {field.name for field in fields(VideoOptions)}


def test_numbers_come_in_the_pipelines_units() -> None:
    options = video_options(Settings(blur=25, feather=7, face=3, width=1920), SIZE)
    assert (options.blur, options.feather, options.face) == (0.25, 7, 3)
    assert (options.width, options.height) == SIZE
    assert audio_options(Settings(strength=40)) == AudioOptions(strength=0.4)
    assert audio_options(Settings(denoise=False, bypass=True)) == AudioOptions(
        denoise=False, bypass=True
    )


def test_lips_are_watched_where_they_count() -> None:
    assert video_options(Settings(), SIZE).looks
    assert not video_options(Settings(lips="off"), SIZE).looks
    assert video_options(Settings(lips="off", framing="auto"), SIZE).looks


def test_a_background_becomes_an_effect() -> None:
    for effect in ("none", "blur"):
        assert video_options(Settings(background=effect), SIZE).effect == effect
    picture = Settings(background="/media/stick/beach.png")
    assert video_options(picture, SIZE).effect == "image"
    assert video_options(picture, SIZE).image is None
    shown = np.zeros((270, 320), np.uint8)
    assert video_options(picture, SIZE, shown).image is shown
    plain = video_options(Settings(background="#1e5f3c"), SIZE)
    assert plain.effect == "image" and plain.image is not None
    assert np.abs(to_bgr(plain.image).mean((0, 1)) - (0x3C, 0x5F, 0x1E)).max() < 3
