"""The daemon's lock: one daemon for each user, and a clear word where there can be none."""

import errno
import os
import sys
import threading
from pathlib import Path

import platformdirs
import pytest

from vcam.ipc import runtime
from vcam.ipc.runtime import DaemonLock, Taken, runtime_dir, without_daemon
from vcam.schema.errors import VcamError


def test_the_second_is_told_which_process_is_the_first(tmp_path: Path) -> None:
    with DaemonLock(tmp_path), pytest.raises(VcamError, match=str(os.getpid())):
        DaemonLock(tmp_path)
    DaemonLock(tmp_path).release()


def test_a_daemon_begins_after_a_command_that_changes_its_files(tmp_path: Path) -> None:
    within = threading.Event()

    def command() -> None:
        with without_daemon(tmp_path):
            within.set()
            with pytest.raises(Taken):
                with without_daemon(tmp_path):
                    pass

    thread = threading.Thread(target=command)
    thread.start()
    within.wait()
    with DaemonLock(tmp_path), pytest.raises(Taken, match=str(os.getpid())):
        with without_daemon(tmp_path):
            pass
    thread.join()


def test_a_disk_without_locks_is_not_taken_for_another_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(file: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(runtime, "lock_file", no_locks)
    with pytest.raises(VcamError, match="cannot be used.*No locks"):
        DaemonLock(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(VcamError, match="cannot be used.*too large"):
            DaemonLock(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    DaemonLock(tmp_path).release()


def test_a_place_that_is_somebody_elses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> Path:
        raise PermissionError("runtime directory /tmp/r is not owned; set XDG_RUNTIME_DIR instead")

    monkeypatch.setattr(platformdirs, "user_runtime_path", refused)
    with pytest.raises(VcamError, match=r"\(runtime directory /tmp/r is not owned\); set XDG"):
        runtime_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="needs the owners of files")
def test_in_another_users_folder_nothing_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: another)
    with pytest.raises(VcamError, match="does not belong to you"):
        runtime_dir()
    assert [*(home / "r").iterdir()] == []
