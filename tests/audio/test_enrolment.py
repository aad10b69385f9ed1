"""A voice that was not taught is learned from lips that speak, and until then all is as it was."""

import io
import pickle
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.audio.test_lipgate import closed_mouth, talking_mouth
from tests.audio.test_my_voice import text
from tests.material import spoken
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline, AudioState, level_db
from vcam.audio.stages.enrolment import ENROLLED, STEP, Enrolment, begun, enrolled
from vcam.audio.stages.my_voice import FLOOR, PROFILE, MyVoiceStage, wanted
from vcam.audio.stages.order import sound_stages
from vcam.lips import LipObservation, select
from vcam.networks.sound import open_sound
from vcam.offline.enhance.checkpoint import Checkpoint, write
from vcam.schema.settings import Settings

pytestmark = pytest.mark.long  # a voice is learned first

EVERYONE = Settings(denoiser="fast")
ME = EVERYONE.model_copy(update={"voices": "me"})
MOVING = talking_mouth(30)


class Lesson(NamedTuple):
    """Where two calls are, for everyone and for me, once the voice has been learned."""

    everyone: AudioState
    me: AudioState
    blocks: int
    heard: list[float]
    unlike: int


@pytest.fixture(scope="module")
def pipeline() -> AudioPipeline:
    return AudioPipeline(sound_stages(open_sound(lips=True, my_voice=True)))


@pytest.fixture(scope="module")
def lesson(pipeline: AudioPipeline) -> Lesson:
    """Somebody speaks and is seen to speak, until that is enough."""
    everyone, me, heard, unlike = None, None, [0.0], 0
    for i, block in enumerate(np.tile(spoken(10), 3).reshape(-1, HOP)):
        mouths = select(MOVING, i * HOP / RATE)
        everyone, usual = pipeline.step(everyone, block, audio_options(EVERYONE), mouths)
        me, mine = pipeline.step(me, block, audio_options(ME), mouths)
        unlike += int(np.count_nonzero(usual.block != mine.block))
        known = learned(me)
        assert known is not None
        heard.append(known.seconds)
        if known.over:
            return Lesson(everyone, me, i + 1, heard, unlike)
    raise AssertionError(heard[-1])


def learned(state: AudioState | None) -> Enrolment | None:
    assert state is not None
    return state.stages[MyVoiceStage.name].enrolment


def goes_on(
    pipeline: AudioPipeline,
    state: AudioState | None,
    settings: Settings,
    sound: Block,
    ring: np.ndarray,
    face: int = 0,
) -> tuple[AudioState, Block]:
    """From a state on, with lips as at the beginning of `ring`."""
    out, begin = [], state.number if state else 0
    ring = ring.copy()
    ring["time"] += begin * HOP / RATE
    ring["face"] = face
    for i, block in enumerate(sound.reshape(-1, HOP)):
        mouths: tuple[LipObservation, ...] = select(ring, (begin + i) * HOP / RATE)
        state, result = pipeline.step(state, block, audio_options(settings), mouths)
        assert result.error is None
        out.append(result.block)
    assert state is not None
    return state, np.concatenate(out)


def another() -> Block:
    """The same words by a smaller throat, 12 dB softer."""
    voice = spoken(6)
    faster = np.interp(np.arange(0, len(voice), 1.35), np.arange(len(voice)), voice)
    return 0.25 * faster[: len(faster) // HOP * HOP].astype(np.float32)


def test_the_voice_is_learned_from_ten_seconds_and_until_then_nothing_changes(
    lesson: Lesson,
) -> None:
    """Not by a bit."""
    assert lesson.unlike == 0
    assert lesson.heard[-1] == ENROLLED and lesson.blocks * HOP / RATE > ENROLLED
    steps = np.diff(lesson.heard)
    assert 0 < steps.max() < 1.5 * STEP


def test_another_voice_is_then_lowered_and_the_learned_one_stays(
    pipeline: AudioPipeline, lesson: Lesson
) -> None:
    """After half a second."""
    for sound, ring, least, most in (
        (another(), closed_mouth(5), -30, -6),
        (spoken(4), MOVING[:0], -1, 0.1),
    ):
        _, usual = goes_on(pipeline, lesson.everyone, EVERYONE, sound, ring)
        _, mine = goes_on(pipeline, lesson.me, ME, sound, ring)
        usual, mine = usual[RATE // 2 :], mine[RATE // 2 :]
        assert least < level_db(mine) - level_db(usual) < most


def test_who_was_learned_unasked_is_heard_where_neither_lips_nor_voice_are_clear() -> None:
    assert wanted(0.1, "unclear", taught=False) == 1 > wanted(0.1, "unclear", taught=True)
    assert wanted(0.1, "shut", taught=False) == wanted(0.1, "shut", taught=True) == FLOOR


def test_of_shut_lips_nothing_is_learned(pipeline: AudioPipeline) -> None:
    """Whoever it is that speaks meanwhile."""
    state, _ = goes_on(pipeline, None, ME, spoken(4), closed_mouth(4))
    known = learned(state)
    assert known is not None and known.face == 0 and known.seconds == 0


@pytest.mark.parametrize("settings", [{"lips": "off"}, {"face": "everyone"}])
def test_without_lips_that_are_the_users_nothing_is_learned(
    pipeline: AudioPipeline, lesson: Lesson, settings: dict[str, Any]
) -> None:
    """And what was known is forgotten."""
    other = ME.model_copy(update=settings)
    state, _ = goes_on(pipeline, lesson.me, other, spoken(0.1), MOVING)
    assert MyVoiceStage.name not in state.stages


def test_a_voice_that_was_taught_goes_before(pipeline: AudioPipeline, lesson: Lesson) -> None:
    network = open_sound(lips=False, my_voice=True).my_voice
    assert network is not None
    mine = ME.model_copy(update={"my_voice": text().replace("told", network.network)})
    state, _ = goes_on(pipeline, lesson.me, mine, spoken(0.1), MOVING)
    assert learned(state) is None
    state, _ = goes_on(pipeline, state, ME, spoken(0.1), MOVING)
    known = learned(state)
    assert known is not None and not known.over


def test_another_face_has_another_voice(pipeline: AudioPipeline, lesson: Lesson) -> None:
    state, mine = goes_on(pipeline, lesson.me, ME, another()[: 20 * HOP], closed_mouth(1), face=2)
    _, usual = goes_on(
        pipeline, lesson.everyone, EVERYONE, another()[: 20 * HOP], closed_mouth(1), face=2
    )
    known = learned(state)
    assert known is not None and known.face == 2 and not known.over
    np.testing.assert_array_equal(mine, usual)


def test_what_the_lips_go_on_contradicting_is_learned_anew() -> None:
    known = begun(1, PROFILE)._replace(loudness=40.0, over=True)
    for _ in range(300):
        known = enrolled(known, 20.0, 0.0, known.sound)  # too soft to be sure whose it is
    for mine in (0.0, 1.0) * 300:
        known = enrolled(known, 40.0, mine, known.sound)
    assert known.over
    for _ in range(150):
        known = enrolled(known, 40.0, 0.0, known.sound)
    assert not known.over and known.face == 1


def test_what_was_learned_goes_on_where_a_recording_was_stopped(
    pipeline: AudioPipeline, lesson: Lesson
) -> None:
    file = io.BytesIO()
    write(file, audio=lesson.me)
    file.seek(0)
    kept: tuple[AudioState, ...] = (
        Checkpoint(file)["audio"],
        pickle.loads(pickle.dumps(lesson.me)),
    )
    sounds = [
        goes_on(pipeline, state, ME, another()[: RATE // HOP * HOP], closed_mouth(1))[1]
        for state in (lesson.me, *kept)
    ]
    np.testing.assert_array_equal(sounds[1], sounds[0])
    np.testing.assert_array_equal(sounds[2], sounds[0])
