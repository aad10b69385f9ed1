"""An archive on a real Ray of two processors: whatever breaks, every result is whole and made once.

It takes a minute, so `make soak` runs it.
"""

import json
import os
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from tests.archive.running import WORKING, archive, ended, enhanced_alone, film, states
from tests.archive.test_node import shown
from tests.material import DATA
from tests.offline.making import ffmpeg
from tests.waiting import until
from vcam.archive.manifest import OURS

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="vcam[cluster] is not installed"),
    pytest.mark.skipif("VCAM_RAY" not in os.environ, reason="VCAM_RAY=1 runs it for a minute"),
]

FILMS = ("a.mp4", "b.mp4", "c.mkv", "talks/d.mp4")
WHOLE = {*FILMS, "e.wav"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four films, a sound file, and one that is broken."""
    folder = tmp_path_factory.mktemp("source")
    for name in FILMS:
        film(folder / name, 18)
    ffmpeg("-i", DATA / "voice.opus", "-t", "3", folder / "e.wav")
    (folder / "broken.mp4").write_bytes((folder / "a.mp4").read_bytes()[:4000])
    return folder


@pytest.fixture(scope="module")
def alone(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return enhanced_alone(source, WHOLE, tmp_path_factory.mktemp("alone"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    return tmp_path


def wait_until_at_work(place: Path, process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that enhance, once there are any."""
    until(lambda: process.poll() is not None or [*place.glob("cache/**/.*.part")], 300)
    below = psutil.Process(process.pid).children(recursive=True)
    return [one for one in below if WORKING in one.cmdline()]


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in shown(folder) & WHOLE}


def test_a_killed_worker_and_a_broken_film_cost_no_other_result(
    place: Path, source: Path, alone: Path
) -> None:
    process = archive(source, place / "out")
    wait_until_at_work(place, process)[0].kill()
    code, states, _ = ended(process)
    assert code == 1
    assert states == {"broken.mp4": "failed"} | dict.fromkeys(WHOLE, "done")
    assert bytes_in(place / "out") == bytes_in(alone)
    assert shown(place / "out") == {*WHOLE, "archive.sqlite"}
    assert [*(place / "out" / OURS).glob("parts/*")] == []
    assert shown(place / "cache") == set()

    before = {path: path.stat().st_mtime_ns for path in (place / "out").rglob("*")}
    code, states, _ = ended(archive(source, place / "out"))
    assert code == 1
    assert states == {"broken.mp4": "failed"} | dict.fromkeys(WHOLE, "same")
    assert {path: path.stat().st_mtime_ns for path in (place / "out").rglob("*")} == before


def test_ctrl_c_ends_it_and_the_same_command_goes_on(
    place: Path, source: Path, alone: Path
) -> None:
    process = archive(source, place / "out")
    wait_until_at_work(place, process)
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    assert code == 130 and err == "vcam: Stopped; the same command takes it up again.\n"
    assert psutil.wait_procs(below, timeout=30)[1] == []
    finished = bytes_in(place / "out")
    assert finished == {name: data for name, data in bytes_in(alone).items() if name in finished}
    code, states, _ = ended(archive(source, place / "out"))
    assert {name for name, state in states.items() if state == "same"} >= set(finished)
    assert bytes_in(place / "out") == bytes_in(alone)


def test_recordings_that_memory_never_suffices_for_are_told(
    place: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_memory_usage_threshold", "0.01")  # of which more is taken already
    code, states, _ = ended(archive(source, place / "out", "--filter", "[ab].mp4"))
    assert (code, states) == (1, {"a.mp4": "failed", "b.mp4": "failed"})
    assert shown(place / "out") == {"archive.sqlite"}


def test_a_node_of_a_cluster_that_goes_costs_no_result(
    place: Path, source: Path, alone: Path
) -> None:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
        process = archive(source, place / "out", "--on", cluster.address)
        wait_until_at_work(place, process)
        cluster.remove_node(nodes[0], allow_graceful=False)
        code, states, _ = ended(process)
        assert code == 1
        assert states == {"broken.mp4": "failed"} | dict.fromkeys(WHOLE, "done")
        assert bytes_in(place / "out") == bytes_in(alone)
    finally:
        cluster.shutdown()


def test_a_gpu_has_one_recording_at_a_time_and_processors_have_the_others(
    place: Path, source: Path, alone: Path
) -> None:
    """A GPU that Ray is told of and that is not there."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        node = cluster.add_node(num_cpus=2, num_gpus=1)
        process = archive(source, place / "out", "--on", cluster.address)
        out, _ = process.communicate(timeout=600)
        assert states(out) == {"broken.mp4": "failed"} | dict.fromkeys(WHOLE, "done")
        assert bytes_in(place / "out") == bytes_in(alone)
        lines = {line["recording"]: line["notes"] for line in map(json.loads, out.splitlines())}
        told = {name for name, notes in lines.items() if "archive.gpu_idle" in str(notes)}
        assert told and set(lines) - told

        process = archive(source, place / "again", "--on", cluster.address)
        wait_until_at_work(place, process)
        cluster.add_node(num_cpus=1)
        cluster.remove_node(node, allow_graceful=False)
        assert ended(process)[1] == {"broken.mp4": "failed"} | dict.fromkeys(WHOLE, "done")
        assert bytes_in(place / "again") == bytes_in(alone)
    finally:
        cluster.shutdown()


def test_a_long_film_is_made_in_spans_whatever_becomes_of_one(place: Path) -> None:
    mirrored = ("--set", "mirror=on")
    film(place / "in" / "long.mp4", 460, rate=5)
    process = archive(place / "in", place / "out", *mirrored)
    wait_until_at_work(place, process)[0].kill()
    until(lambda: [*(place / "out" / OURS).glob("spans/*/*-000300")], 600)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert (process.returncode, out) == (130, ""), err
    assert shown(place / "out") == {"archive.sqlite"}
    code, states, _ = ended(archive(place / "in", place / "out", *mirrored))
    assert (code, states) == (0, {"long.mp4": "done"})
    alone = enhanced_alone(place / "in", {"long.mp4"}, place / "alone", mirror=True)
    assert (place / "out" / "long.mp4").read_bytes() == (alone / "long.mp4").read_bytes()
