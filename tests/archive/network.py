"""Machines of a Ray cluster as network namespaces, and an object store that can refuse."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.archive.running import WORKING
from tests.waiting import until

HOST = "10.93.7.1"
"""This machine, as those in the namespaces see it."""


class Machine:
    """A node of Ray with one processor, in a namespace of its own."""

    def __init__(self, number: int) -> None:
        self.address = f"10.93.7.{number}"
        self.namespace = f"vcam{number}"

    def start(self, head: str, folder: Path, environment: dict[str, str]) -> None:
        """Joins a cluster. What it keeps is in `folder`."""
        log = folder / "log"
        (folder / "ray").mkdir(parents=True)
        # Ray's sockets are files: no two machines have one folder of them.
        ray = f"mount --bind {folder}/ray /tmp/ray && exec {sys.executable} -m ray.scripts.scripts"
        options = f"--address={head} --node-ip-address={self.address} --num-cpus=1 --block"
        with log.open("w") as out:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, "sh", "-c", f"{ray} start {options}"],
                env={**os.environ, **environment, "XDG_CACHE_HOME": str(folder)},
                stdout=out,
                stderr=out,
            )
        until(lambda: process.poll() is not None or "runtime started" in log.read_text())
        assert process.poll() is None, log.read_text()

    def processes(self) -> list[int]:
        found = _run("ip", "netns", "pids", self.namespace)
        return [int(pid) for pid in found.split()]

    def at_work(self) -> set[int]:
        """The processes that enhance."""
        return {pid for pid in self.processes() if WORKING in _words(pid)}

    def kill(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


@contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """Joined to this one by a bridge. Needs root."""
    found = [Machine(number) for number in range(2, count + 2)]
    with ExitStack() as stack:
        _run("ip", "link", "add", "vcam-bridge", "type", "bridge")
        stack.callback(_run, "ip", "link", "del", "vcam-bridge")
        _run("ip", "address", "add", f"{HOST}/24", "dev", "vcam-bridge")
        _run("ip", "link", "set", "vcam-bridge", "up")
        for one in found:
            _run("ip", "netns", "add", one.namespace)
            stack.callback(_run, "ip", "netns", "del", one.namespace)
            stack.callback(one.kill)
            inside = ["ip", "-n", one.namespace]
            cable = ["peer", "name", "eth0", "netns", one.namespace]
            _run("ip", "link", "add", one.namespace, "type", "veth", *cable)
            _run("ip", "link", "set", one.namespace, "master", "vcam-bridge", "up")
            _run(*inside, "address", "add", f"{one.address}/24", "dev", "eth0")
            _run(*inside, "link", "set", "eth0", "up")
            _run(*inside, "link", "set", "lo", "up")
        yield found


@contextmanager
def ray_head() -> Iterator[str]:
    """The address of a Ray that works on nothing itself; who joins needs this process's token."""
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    ray = [sys.executable, "-m", "ray.scripts.scripts"]
    head = subprocess.Popen(
        [*ray, "start", "--head", f"--node-ip-address={HOST}", f"--port={port}", "--num-cpus=0"]
        + ["--include-dashboard=false", "--disable-usage-stats", "--block"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    below: list[psutil.Process] = []
    try:
        until(lambda: _listens(port))
        below = psutil.Process(head.pid).children(recursive=True)
        yield f"{HOST}:{port}"
    finally:
        head.terminate()
        head.wait(60)
        psutil.wait_procs(below, 60)


class ObjectStore:
    """moto's S3 behind a door that can be shut; `placed` counts what was written under each name,
    parts of what is not whole aside."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._lock = threading.Lock()
        self.shut = threading.Event()
        self.refused = 0
        self.placed: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            if self.shut.is_set():
                self.refused += 1
                start("503 Slow Down", [("Content-Length", "0")])
                return [b""]
            name = environ["PATH_INFO"]
            if environ["REQUEST_METHOD"] == "PUT" and "/parts/" not in name:
                self.placed[name.rpartition("/out/")[2]] += 1
        return self._app(environ, start)


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """An empty one, with the environment that leads to it."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object) -> None:
            return

    store = ObjectStore(DomainDispatcherApplication(create_backend_app))
    server = make_server(HOST, 0, store, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{server.port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _words(pid: int) -> list[str]:
    try:
        return psutil.Process(pid).cmdline()
    except psutil.NoSuchProcess:
        return []


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
