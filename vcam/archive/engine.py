"""Ray: puts recordings on GPUs and processors, of this machine or of a cluster.

Ray places, retries what a killed process or a lost machine leaves, and holds back what does not fit
into memory. A GPU has one recording at a time, and a processor that serves it; the other processors
have theirs. Of ours nothing listens on a port; Ray's own ports ask for a token where it is started
here.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from vcam.archive import node
from vcam.archive.agenda import Agenda, Made, Outcome, Task
from vcam.archive.node import Order
from vcam.archive.plan import Item
from vcam.offline.enhance.job import NICENESS
from vcam.offline.enhance.options import EnhanceOptions
from vcam.priority import step_back
from vcam.schema.errors import VcamError, brief
from vcam.schema.reasons import Reason

_GIB = 1 << 30
_RETRIES = 3
_AHEAD = 2
"""Recordings that wait at each processor, so that none is idle between two."""
_OWN_STORE = 128 << 20  # bytes; what is shared is an order and maybe a background
_PATIENCE = 10.0  # seconds in which a stopped recording keeps what is finished


def memory_for(options: EnhanceOptions) -> int:
    """Bytes that one recording takes at most, in a process that is warm; see docs/archive.md."""
    return round((1.0 + 1.0 * (options.transcript is not None)) * options.superres * _GIB)


@contextmanager
def connected(address: str | None, needed: int) -> Iterator[None]:
    """Ray at an address, at `RAY_ADDRESS`, or else started on this machine alone.

    Raises VcamError where nothing answers, or this machine has less memory than a recording needs;
    a cluster may still grow.
    """
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    own: dict[str, Any] = {}
    if address == "local":
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
        own = {"include_dashboard": False, "object_store_memory": _OWN_STORE}
    # What is killed for want of memory, Ray would try without end.
    os.environ.setdefault("RAY_task_oom_retries", str(_RETRIES))
    import ray

    before = signal.getsignal(signal.SIGTERM)
    try:
        try:
            ray.init(address=address, log_to_driver=False, logging_level="error", **own)
        except Exception as error:  # it has many kinds, and brings others of gRPC
            raise VcamError("archive.no_ray", address=address, error=brief(error)) from error
        signal.signal(signal.SIGTERM, before)  # Ray takes it, and would leave nothing kept
        room = ray.cluster_resources().get("memory", 0.0)
        if own and room < needed:
            raise VcamError(
                "archive.no_room", needed=f"{needed / _GIB:.1f}", available=f"{room / _GIB:.1f}"
            )
        yield
    finally:
        ray.shutdown()  # also of what had been started when the rest failed


def enhance(order: Order, items: Sequence[Item]) -> Iterator[Outcome]:
    """Every item once, as they end. Within `connected`.

    Interrupted, the recordings that are being done keep what is finished of them.
    """
    import ray

    remote = ray.remote(
        num_cpus=1,
        memory=memory_for(order.options),
        max_retries=_RETRIES,
        name="vcam",
    )(_try)
    given = ray.put(order)
    agenda = Agenda(items)
    running: dict[Any, Task] = {}
    on_gpus: set[Any] = set()
    try:
        while agenda or running:
            gpus, processors = _places()
            if not gpus:  # no more, and Ray would wait for them
                for one in on_gpus & running.keys():
                    ray.cancel(one)
                    agenda.give_back(running.pop(one))
            on_gpus &= running.keys()
            while agenda and len(on_gpus) < _AHEAD * gpus:
                task = agenda.next(gpus + processors)
                on_gpus.add(one := remote.options(num_gpus=1).remote(given, task))
                running[one] = task
            while agenda and len(running) - len(on_gpus) < _AHEAD * processors:
                task = agenda.next(gpus + processors)
                running[remote.remote(given, task)] = task
            ready, _ = ray.wait(list(running), timeout=5.0)
            for one in ready:
                task = running.pop(one)
                if outcome := agenda.take(task, _made(one, task)):
                    yield outcome
    except BaseException:
        for one in running:
            with suppress(Exception):
                ray.cancel(one)
        if running:
            ray.wait(list(running), num_returns=len(running), timeout=_PATIENCE)
        raise


def _places() -> tuple[int, int]:
    """The GPUs that there are, and the processors beside those that serve them."""
    import ray

    there = ray.cluster_resources()
    gpus, processors = int(there.get("GPU", 0)), int(there.get("CPU", 1))
    return gpus, max(processors - gpus, 0 if gpus else 1)


def _try(order: Order, task: Task) -> Made:
    """In a process of a node, which is there for this alone."""
    import ray

    step_back(NICENESS)
    gpu = bool(ray.get_gpu_ids())
    if not gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # another recording has what may be here
    try:
        return node.do(order, task, gpu=gpu)
    except VcamError as error:
        return error.reason


def _made(ended: Any, task: Task) -> Made:
    import ray

    try:
        made: Made = ray.get(ended)
    except ray.exceptions.RayError as error:
        said = brief(getattr(error, "cause", None) or error)
        return Reason.of("archive.lost", path=task.item.found.name, error=said)
    return made
