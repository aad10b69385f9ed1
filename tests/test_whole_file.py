"""What has its name is on the disk: else a power cut leaves an empty file and nothing to make it
from."""

import os
import sys
from pathlib import Path

import pytest

from vcam.offline.enhance.resume import Work

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files are known by inodes")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What has been put on the disk since the last file took its name, which has to be among it."""
    done: list[int] = []
    sync, replace = os.fsync, os.replace

    def syncing(handle: int) -> None:
        sync(handle)
        done.append(os.fstat(handle).st_ino)

    def replacing(part: Path, path: Path) -> None:
        assert os.stat(part).st_ino in done
        replace(part, path)
        done.clear()

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", replacing)
    return done


def test_a_result_and_what_stands_beside_it(tmp_path: Path, synced: list[int]) -> None:
    with Work(tmp_path / "out.wav", "job") as work:
        work.add("out.txt", "said")
        work.part.write_bytes(b"sound")
        work.publish()
    assert synced == [tmp_path.stat().st_ino]
    assert {path.name for path in tmp_path.iterdir()} == {"out.wav", "out.txt"}


def test_a_file_in_an_archive(tmp_path: Path, synced: list[int]) -> None:
    pytest.importorskip("fsspec", reason="vcam[cluster] is not installed")
    from vcam.archive.store import Store

    store = Store(str(tmp_path))
    store.write(b"a record", "talks/a.json")
    assert synced == [(tmp_path / "talks").stat().st_ino]
    store.put(tmp_path / "talks" / "a.json", "talks/b.json")
    assert (tmp_path / "talks" / "b.json").read_bytes() == b"a record"
    assert synced == [(tmp_path / "talks").stat().st_ino]
