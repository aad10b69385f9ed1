"""The user's own voice stays; what is not known to be another's costs nothing when switched off."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import soundfile

from tests.material import spoken
from vcam.audio.frames import BINS, HOP, RATE, Block
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline, level_db
from vcam.audio.stages.contract import SoundWork
from vcam.audio.stages.guard import Lips
from vcam.audio.stages.my_voice import (
    FLOOR,
    PROFILE,
    STRIDE,
    MyVoiceOptions,
    MyVoiceStage,
    Profile,
)
from vcam.audio.stages.order import sound_stages
from vcam.audio.worker.speaker import heard
from vcam.networks.sound import SoundNetworks, open_sound
from vcam.offline.my_voice import learn, learned
from vcam.schema.errors import VcamError
from vcam.schema.presets import may_be_kept
from vcam.schema.settings import Settings

PLAIN = Settings(lips="off", denoiser="fast")


@pytest.fixture(scope="module")
def networks() -> SoundNetworks:
    return open_sound(lips=False, my_voice=True)


class Told:
    """A network that says what it is told to."""

    def __init__(self, mine: Sequence[float]) -> None:
        self.mine = list(mine)

    def knows(self, profile: str) -> bool:
        return profile.startswith("told.")

    def step(self, _memory: Any, _levels: Any, _profile: Any) -> Any:
        return {}, self.mine.pop(0), np.zeros(PROFILE)


def text() -> str:
    return str(Profile("told", -3.0, np.full(PROFILE, PROFILE**-0.5, np.float32)))


def said(networks: SoundNetworks, sound: Block, **settings: Any) -> Block:
    pipeline, state, out = AudioPipeline(sound_stages(networks)), None, []
    options = audio_options(PLAIN.model_copy(update=settings))
    for block in sound.reshape(-1, HOP):
        state, result = pipeline.step(state, block, options)
        assert result.error is None
        out.append(result.block)
    return np.concatenate(out)


def test_a_profile_is_a_setting_and_comes_back() -> None:
    before = Profile("abcd", -12.5, np.linspace(-1, 1, PROFILE).astype(np.float32))
    after = Profile.read(str(before))
    assert (after.network, after.loudness) == ("abcd", -12.5)
    np.testing.assert_allclose(after.sound, before.sound, atol=1e-3)


@pytest.mark.parametrize("nonsense", ["", "abcd.", "abcd.AAAA", "abcd.!", text()[:-4]])
def test_what_is_no_profile_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError):
        Profile.read(nonsense)


def test_it_opens_at_once_closes_slowly_and_never_mutes() -> None:
    stage = MyVoiceStage(cast(Any, Told([1.0] * 5 + [0.0] * 20 + [1.0])))
    options = MyVoiceOptions(voices="me", my_voice=text())
    state, gains = None, []
    for number in range(26 * STRIDE):
        work = SoundWork(
            np.zeros(HOP, np.float32),
            np.ones(BINS, np.complex64),
            np.ones(BINS, np.float32),
            clean=np.ones(BINS, np.complex64),
            number=number,
        )
        state, work = stage.step(state, work, options)
        assert work.mask is not None
        gains.append(float(work.mask[0]))
    assert gains[: 5 * STRIDE] == [1.0] * (5 * STRIDE) and gains[-1] == 1.0
    closing = np.array(gains[5 * STRIDE : 25 * STRIDE])
    assert closing[0] > 0.5 and min(closing) == pytest.approx(FLOOR, rel=1e-6)


def test_lips_that_move_keep_the_voice_and_shut_ones_make_others_surer() -> None:
    stage = MyVoiceStage(cast(Any, Told([0.0] * 30 + [0.35] * 60)))
    options = MyVoiceOptions(voices="me", my_voice=text())
    state, gains = None, []
    for number in range(90 * STRIDE):
        lips: Lips = ("moving", "unclear", "shut")[number // (30 * STRIDE)]
        work = SoundWork(
            np.zeros(HOP, np.float32),
            np.ones(BINS, np.complex64),
            np.ones(BINS, np.float32),
            clean=np.ones(BINS, np.complex64),
            number=number,
            lips=lips,
        )
        state, work = stage.step(state, work, options)
        assert work.mask is not None
        gains.append(20 * np.log10(float(work.mask[0])))
    moving, unclear, shut = np.array(gains).reshape(3, -1)
    assert min(moving) == 0
    assert -3 < unclear[-1] < 0 and shut[-1] < -10


def test_a_denoiser_of_sound_is_lowered_as_a_mask_is() -> None:
    stage = MyVoiceStage(cast(Any, Told([0.25])))
    clean = np.full(BINS, 2, np.complex64)
    work = SoundWork(np.zeros(HOP, np.float32), clean, np.ones(BINS, np.float32), clean=clean)
    _, after = stage.step(None, work, MyVoiceOptions(voices="me", my_voice=text()))
    assert after.clean is not None and after.mask is not None
    np.testing.assert_allclose(after.clean / clean, after.mask)


@pytest.mark.parametrize("settings", [{}, {"voices": "me"}, {"voices": "me", "my_voice": text()}])
def test_until_a_voice_is_known_nothing_changes(
    networks: SoundNetworks, settings: dict[str, Any]
) -> None:
    """Not by a bit; a voice that another network has learned is not known."""
    without = SimpleNamespace(**vars(networks) | {"my_voice": None})
    sound = spoken(1)
    np.testing.assert_array_equal(
        said(networks, sound, **settings), said(cast(SoundNetworks, without), sound)
    )


@pytest.mark.long
def test_the_voice_that_was_learned_stays(networks: SoundNetworks) -> None:
    voice = spoken(10)
    profile = learned(networks, voice)
    assert profile is not None
    everyone, mine = (
        said(networks, voice, **settings)
        for settings in ({}, {"voices": "me", "my_voice": str(profile)})
    )
    assert level_db(mine) > level_db(everyone) - 0.5


@pytest.mark.long
def test_another_voice_farther_away_is_lowered(networks: SoundNetworks) -> None:
    """The same words by a smaller throat, 12 dB softer."""
    voice = spoken(10)
    profile = learned(networks, voice)
    faster = np.interp(np.arange(0, len(voice), 1.35), np.arange(len(voice)), voice)
    other = 0.25 * faster[: len(faster) // HOP * HOP].astype(np.float32)
    everyone, mine = (
        said(networks, other, **settings)
        for settings in ({}, {"voices": "me", "my_voice": str(profile)})
    )
    assert level_db(mine) < level_db(everyone) - 6


@pytest.mark.parametrize(
    "sound",
    [np.zeros(10 * RATE), 0.1 * spoken(2), np.zeros(100)],
    ids=["silence", "short", "less than a block"],
)
@pytest.mark.long
def test_too_little_of_a_voice_is_not_learned(tmp_path: Path, sound: np.ndarray) -> None:
    soundfile.write(tmp_path / "me.wav", sound, RATE)
    with pytest.raises(VcamError, match="Too little of a voice"):
        learn(tmp_path / "me.wav")


def test_a_voice_belongs_to_this_machine_and_to_its_user() -> None:
    """No preset takes it along, and what others say is not measured by it."""
    assert not may_be_kept("my_voice")
    assert heard(Settings(voices="me", my_voice=text())).voices == "everyone"


def test_a_person_of_several_sources_is_one_voice_and_a_crowd_is_none(tmp_path: Path) -> None:
    from export.voices import files_by_voice

    rows = [
        "a.flac,clean,train,nist_F1,usnistgov/psud",
        "b.flac,clean,train,nist_F1,usnistgov/mouth2ear",
        "c.flac,clean,train,picovoice_50+(unlabelled),Picovoice/benchmark",
        "d.flac,clean,dev,nist_M4,usnistgov/psud",
        "e.flac,noise,train,fan,usnistgov/psud",
    ]
    header = "file,kind,split,speaker_or_class,source_repo"
    (tmp_path / "index.csv").write_text("\n".join([header, *rows]))
    assert files_by_voice(tmp_path) == {
        ("train", "psud", "nist_F1"): [tmp_path / "a.flac", tmp_path / "b.flac"],
        ("dev", "psud", "nist_M4"): [tmp_path / "d.flac"],
    }


def test_persons_are_told_by_the_names_of_their_files(tmp_path: Path) -> None:
    from export.voices import files_of

    names = ["nist_psud__nist-M4_00", "nist_accessTime__nist-M4_01", "ravdess__Actor_01_48000_000",
             "ravdess__Actor_02_48000_000", "anna"]  # fmt: skip
    for name in names:
        (tmp_path / f"{name}.wav").touch()
    (tmp_path / "notes.txt").touch()
    found = {who: len(files) for who, files in files_of(tmp_path).items()}
    assert found == {"nist-M4": 2, "Actor_01": 1, "Actor_02": 1, "anna": 1}


def test_voices_are_measured_on_other_words_than_those_that_taught_them(tmp_path: Path) -> None:
    from export.my_voice.evaluate import NEEDED, people_of

    for name, seconds in (("anna_1", 5), ("anna_2", NEEDED), ("anna_3", NEEDED), ("ben_1", 5)):
        soundfile.write(tmp_path / f"{name}.wav", np.zeros(seconds * RATE, np.int16), RATE)
    people = people_of(tmp_path)
    assert {who: len(sound) for who, sound in people.items()} == {"anna": NEEDED * RATE}
