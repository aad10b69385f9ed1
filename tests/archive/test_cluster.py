"""An archive on a cluster of two machines with an object store, while everything breaks.

The machines are network namespaces, so that root alone can run it; `make soak` does.
"""

import os
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from tests.archive.network import ObjectStore, machines, object_store, ray_head
from tests.archive.running import archive, enhanced_alone, film, states
from tests.waiting import until
from vcam.archive.index import NAME
from vcam.archive.manifest import OURS

pytestmark = [
    pytest.mark.skipif("VCAM_RAY" not in os.environ, reason="VCAM_RAY=1 runs it for minutes"),
    pytest.mark.skipif(
        not all(map(find_spec, ("ray", "s3fs", "moto"))),
        reason="vcam[cluster], s3fs or moto[server] is not installed",
    ),
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root makes network namespaces"
    ),
]

WHOLE = {f"{number:02}.mp4" for number in range(39)}
BROKEN = "broken.mp4"
ROOM = 3 << 30
"""Bytes that may be taken on a machine before Ray kills a process there."""


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.pop("RAY_ADDRESS", None)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    for number, name in enumerate(sorted(WHOLE)):
        film(folder / name, 2 + number / 20)
    (folder / BROKEN).write_bytes((folder / "00.mp4").read_bytes()[:4000])
    return folder


def test_what_breaks_of_a_cluster_costs_no_result(source: Path, tmp_path: Path) -> None:
    alone = enhanced_alone(source, WHOLE, tmp_path / "alone")
    memory = psutil.virtual_memory()
    threshold = (memory.total - memory.available + ROOM) / memory.total
    with machines(2) as (first, second), object_store() as store, ray_head() as head:
        import s3fs

        s3 = s3fs.S3FileSystem(skip_instance_cache=True)
        s3.mkdir("talks")
        s3.put(f"{source}/", "talks/in/", recursive=True)
        monitor = {"RAY_memory_usage_threshold": f"{threshold:.4f}"}
        first.start(head, tmp_path / "first", monitor)
        second.start(head, tmp_path / "second", {})
        log = tmp_path / "lines"
        with log.open("w") as lines:
            process = archive("s3://talks/in", "s3://talks/out", "--on", head, stdout=lines)

        def done(count: int) -> None:
            until(
                lambda: process.poll() is not None or len(log.read_text().splitlines()) >= count,
                600,
            )
            assert process.poll() is None

        done(5)
        out_of_memory(first.at_work)
        done(12)
        before = {name for name in WHOLE if store.placed[name]}
        refuse(store, 20)
        done(20)
        second.kill()
        assert process.wait(600) == 1
        assert states(log.read_text()) == {BROKEN: "failed"} | dict.fromkeys(WHOLE, "done")
        s3.invalidate_cache()
        results = {name.removeprefix("talks/out/") for name in s3.find("talks/out")}
        assert {name for name in results if not name.startswith(OURS)} == {*WHOLE, NAME}
        assert not [name for name in results if "/parts/" in name]
        for name in WHOLE:
            assert s3.cat_file(f"talks/out/{name}") == (alone / name).read_bytes()
        assert {store.placed[name] for name in before} == {1}


def out_of_memory(at_work: Callable[[], set[int]]) -> None:
    """Takes memory until Ray kills what is at work."""
    ballast = Path("/dev/shm/vcam-ballast")
    (working,) = until(at_work)
    try:
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 2 * ROOM)
        until(lambda: not psutil.pid_exists(working))
    finally:
        ballast.unlink()


def refuse(store: ObjectStore, seconds: float) -> None:
    store.shut.set()
    time.sleep(seconds)
    store.shut.clear()
    assert store.refused
