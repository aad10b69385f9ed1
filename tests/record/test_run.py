"""The recorder's process, fed by rings as in a call."""

from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from tests.record.test_film import FPS, HEIGHT, WIDTH, length
from tests.waiting import until
from vcam.audio.frames import HOP, RATE
from vcam.daemon.protocol import RecordStart, Stop
from vcam.ipc.ring import Ring
from vcam.record.run import run
from vcam.schema.status import RecordStatus


def call(start: RecordStart, over: Event) -> None:
    """Fills the rings until it is over."""
    pictures, sound = Ring.attach(start.pictures), Ring.attach(start.sound)
    random = np.random.default_rng(0)
    for block in range(10**9):
        if over.wait(HOP / RATE):
            return
        time = block * HOP / RATE
        sound.write(time, np.zeros(HOP, np.float32).tobytes())
        if block % (RATE // HOP // FPS) == 0:
            pictures.write(time, random.bytes(WIDTH * HEIGHT * 3 // 2))


@pytest.mark.long
def test_a_folder_that_is_moved_takes_the_whole_recording_with_it(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "films", tmp_path / "elsewhere"
    folder.mkdir()
    file = folder / "film.mp4"
    file.touch()
    rings = [tmp_path / "pictures", tmp_path / "sound"]
    Ring.create(rings[0], slots=8, capacity=WIDTH * HEIGHT * 3 // 2)
    Ring.create(rings[1], slots=256, capacity=HOP * 4)
    start = RecordStart(
        file=str(file),
        pictures=str(rings[0]),
        sound=str(rings[1]),
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
    )
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    told: list[RecordStatus] = []

    def reached(seconds: float) -> bool:
        while ours.poll():
            told.append(ours.recv())
        return bool(told) and told[-1].seconds > seconds

    over = Event()
    calling = Thread(target=call, args=(start, over))
    recording = context.Process(target=run, args=(theirs, start), daemon=True)
    calling.start()
    recording.start()
    try:
        until(lambda: reached(0.3), why="it records")
        folder.rename(elsewhere)
        before = told[-1].seconds
        until(lambda: reached(before + 0.5), why="it goes on")
        ours.send(Stop())
        recording.join()
    finally:
        over.set()
        calling.join()
    reached(0)
    assert (told[-1].state, told[-1].file) == ("failed", None)
    assert told[-1].reason is not None and told[-1].reason.key == "record.moved"
    pictures, seconds = length(elsewhere / "film.mp4")
    assert pictures > 5 and seconds > 0.7
