"""A ring gives every value once and in order, and none that is torn."""

import threading
from pathlib import Path

import pytest

from vcam.ipc.ring import Ring
from vcam.schema.errors import VcamError


def test_a_reader_gets_every_value_in_order_once(tmp_path: Path) -> None:
    Ring.create(tmp_path / "ring", slots=8, capacity=100)
    ours, theirs = Ring.attach(tmp_path / "ring"), Ring.attach(tmp_path / "ring")
    got, seen = [], 0
    for i in range(1, 40):
        ours.write(i / 10, b"%d" % i * (i % 30))
        for entry in theirs.after(seen):
            seen = entry.number
            got.append(entry)
    assert [e.number for e in got] == list(range(1, 39))
    assert all(
        e.time == e.number / 10 and e.value == b"%d" % e.number * (e.number % 30) for e in got
    )


def test_a_slow_reader_loses_the_oldest_values_and_reads_none_that_is_torn(tmp_path: Path) -> None:
    Ring.create(tmp_path / "ring", slots=4, capacity=1 << 16)
    ours, theirs = Ring.attach(tmp_path / "ring"), Ring.attach(tmp_path / "ring")
    stop = threading.Event()

    def write() -> None:
        value = 0
        while not stop.is_set():
            value += 1
            ours.write(float(value), bytes([value % 256]) * (1 << 16))

    writer = threading.Thread(target=write)
    writer.start()
    seen = lost = read = 0
    while read < 100:
        for entry in theirs.after(seen):
            lost += entry.number - seen - 1
            seen, read = entry.number, read + 1
            assert entry.time == entry.number
            assert entry.value == bytes([entry.number % 256]) * (1 << 16)
    stop.set()
    writer.join()
    assert lost


def test_a_ring_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(VcamError, match="Shared memory could not be made"):
        Ring.create(tmp_path / "not there" / "ring", slots=2, capacity=10)
    (tmp_path / "other").write_bytes(b"something else entirely, and longer than a header is")
    with pytest.raises(VcamError, match="not one of vcam's rings"):
        Ring.attach(tmp_path / "other")
    assert Ring.lent(str(tmp_path / "gone")) is None and Ring.lent(None) is None


def test_a_ring_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(VcamError):
        Ring.create(tmp_path, slots=1, capacity=8)
