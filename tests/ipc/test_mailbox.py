"""Mailboxes between real processes: whole values only, through crashes, nothing left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcam.daemon.protocol import PreviewPictures
from vcam.ipc.mailbox import Mailbox
from vcam.schema.errors import VcamError


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WRITER = """
    import sys
    from vcam.ipc.mailbox import Mailbox
    mailbox = Mailbox.attach(sys.argv[1])
    print("ready", flush=True)
    for n in range(int(sys.argv[2])):
        mailbox.write(bytes([n % 251]) * (1000 + 131 * (n % 400)))
"""


def test_a_new_mailbox_is_empty_and_gives_the_newest_value(tmp_path: Path) -> None:
    with Mailbox.create(tmp_path / "b", 100) as mailbox, Mailbox.attach(tmp_path / "b") as reader:
        assert reader.read() is None
        assert reader.sequence == 0
        for n in range(5):
            mailbox.write(b"value %d" % n)
            assert reader.read() == b"value %d" % n
            assert reader.sequence == n + 1
        mailbox.write(b"")
        assert reader.read() == b""


def test_a_value_beyond_the_capacity_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    with Mailbox.create(tmp_path / "b", 10) as mailbox:
        mailbox.write(b"x" * 10)
        with pytest.raises(ValueError, match="11 bytes"):
            mailbox.write(b"y" * 11)
        assert mailbox.read() == b"x" * 10


@pytest.mark.long
def test_a_reader_never_sees_a_mixed_value_of_another_process(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with Mailbox.create(path, 60_000) as mailbox:
        writer = python(WRITER, path, 10**9)
        assert writer.stdout is not None
        writer.stdout.readline()
        seen = set()
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            value = mailbox.read()
            if value is not None:
                assert len(set(value)) == 1
                seen.add(value[0])
        writer.kill()
        writer.communicate()
    assert len(seen) > 20


@pytest.mark.long
def test_a_killed_writer_leaves_a_whole_value_and_its_successor_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with Mailbox.create(path, 60_000) as mailbox:
        for _ in range(5):
            writer = python(WRITER, path, 10**9)
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.05)
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
            value = mailbox.read()
            assert value is not None and len(set(value)) == 1
        before = mailbox.sequence
        writer = python(WRITER, path, 3)
        writer.communicate()
        assert mailbox.sequence == before + 3


def test_a_reader_that_ends_takes_nothing_with_it_and_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with Mailbox.create(path, 100) as mailbox:
        mailbox.write(b"here")
        reader = python(
            "from sys import argv; from vcam.ipc.mailbox import Mailbox;"
            " print(Mailbox.attach(argv[1]).read())",
            path,
        )
        out, err = reader.communicate()
        assert (out.strip(), err) == ("b'here'", "")
        mailbox.write(b"still")
        with Mailbox.attach(path) as again:
            assert again.read() == b"still"


def test_removed_mailboxes_leave_no_file_and_a_left_over_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "b"
    left_over = Mailbox.create(path, 100)
    left_over.write(b"of a crash")
    left_over.close()
    mailbox = Mailbox.create(path, 200)
    assert mailbox.read() is None
    assert mailbox.capacity == 200
    mailbox.remove()
    assert os.listdir(tmp_path) == []


def test_only_the_user_can_open_a_mailbox(tmp_path: Path) -> None:
    with Mailbox.create(tmp_path / "b", 10):
        assert (tmp_path / "b").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"short", b"z" * 500])
def test_what_is_no_mailbox_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b"
    path.write_bytes(content)
    with pytest.raises(VcamError, match="shared memory"):
        Mailbox.attach(path)
    with pytest.raises(VcamError, match="shared memory"):
        Mailbox.attach(tmp_path / "missing")


@given(st.floats(allow_nan=False), st.binary(), st.binary())
def test_a_preview_comes_back_as_it_was_packed(time: float, before: bytes, after: bytes) -> None:
    preview = PreviewPictures(time=time, before=before, after=after)
    assert PreviewPictures.unpack(preview.pack()) == preview
