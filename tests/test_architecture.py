"""The rings: imports point inwards, lazy ones too, and none runs in a circle."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

PURE = (
    "vcam.names",
    "vcam.lips",
    "vcam.schema",
    "vcam.setup_plan",
    "vcam.archive.agenda",
    "vcam.archive.manifest",
    "vcam.archive.plan",
    "vcam.networks.graph",
    "vcam.offline.enhance.spans",
    "vcam.video.colours",
    "vcam.video.i420",
    "vcam.video.orientation",
    "vcam.video.pipeline",
    "vcam.video.stages",
    "vcam.audio.frames",
    "vcam.audio.interpolation",
    "vcam.audio.measures",
    "vcam.audio.pipeline",
    "vcam.audio.stages",
    "vcam.audio.system",
    "vcam.record.timeline",
)
"""Values in, values out."""

EDGES = (
    "vcam.chosen_file",
    "vcam.demo",
    "vcam.film_pictures",
    "vcam.media_file",
    "vcam.media_loop",
    "vcam.moving_picture",
    "vcam.packaged",
    "vcam.picture_file",
    "vcam.ipc",
    "vcam.networks",
    "vcam.battery",
    "vcam.priority",
    "vcam.quietly",
    "vcam.stopping",
    "vcam.whole_file",
    "vcam.video.capture",
    "vcam.video.linux",
    "vcam.video.publish",
    "vcam.audio.capture",
    "vcam.audio.denoisers",
    "vcam.audio.echo_canceller",
    "vcam.audio.linux",
    "vcam.audio.portaudio",
    "vcam.audio.publish",
    "vcam.audio.speech_detector",
    "vcam.record.film",
)
"""Devices, files, shared memory, networks: each usable without the daemon."""

DAEMON = (
    "vcam.__main__",
    "vcam.bench",
    "vcam.cli",
    "vcam.client",
    "vcam.console",
    "vcam.control",
    "vcam.daemon",
    "vcam.devices",
    "vcam.doctor",
    "vcam.logbook",
    "vcam.news",
    "vcam.report",
    "vcam.setup",
    "vcam.troubles",
    "vcam.video.worker",
    "vcam.audio.worker",
    "vcam.record.run",
)
"""Processes, and what a user starts."""

OPTIONS = ("vcam.video.options", "vcam.audio.options", "vcam.offline", "vcam.archive")
"""What obeys the settings without the daemon: one mapping for calls and recordings."""

MODELS = "vcam.networks.models"
"""What runs a network: the type that pure wrappers hold."""

UNFIT_FOR_PURE = ("time", "os", "threading", "mmap", "socket", "subprocess", "multiprocessing")
SETTINGS = ("vcam.schema.settings", "vcam.schema.recordings")
FOR_WINDOWS = ("vcam.client", "vcam.schema")

SOURCES = [
    *sorted((ROOT / "vcam").rglob("*.py")),
    *sorted((ROOT / "ui" / "vcam_ui").rglob("*.py")),
]


def name_of(path: Path) -> str:
    base = ROOT / "ui" if path.is_relative_to(ROOT / "ui") else ROOT
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in SOURCES}


def imported(path: Path) -> set[str]:
    """Modules, also those that are imported inside functions; not what is for types alone."""
    found: set[str] = set()
    for node in running(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return found - {"vcam"}  # its version


def running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from running(node)


@cache
def graph() -> dict[str, set[str]]:
    """What each module imports."""
    return {name: imported(path) for name, path in MODULES.items()}


def within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


def wrong(
    rooms: tuple[str, ...], allowed: Callable[[str], bool], but: tuple[str, ...] = ()
) -> list[str]:
    return [
        f"{name} imports {other}"
        for name, others in graph().items()
        if within(name, rooms) and not within(name, but)
        for other in sorted(others)
        if not allowed(other)
    ]


def of_ours(name: str) -> bool:
    return within(name, ("vcam", "vcam_ui"))


def test_pure_modules_import_only_pure_ones_and_no_clock_disk_or_process() -> None:
    def allowed(other: str) -> bool:
        if of_ours(other):
            return within(other, PURE) or other == MODELS
        return other.split(".")[0] not in UNFIT_FOR_PURE

    assert wrong(PURE, allowed) == []


def test_edges_know_neither_the_daemon_nor_the_settings() -> None:
    def allowed(other: str) -> bool:
        return not of_ours(other) or (
            within(other, (*PURE, *EDGES)) and not within(other, (*SETTINGS, *OPTIONS))
        )

    assert wrong(EDGES, allowed, but=(*PURE, *OPTIONS)) == []


def test_options_know_the_settings_and_not_the_daemon() -> None:
    def allowed(other: str) -> bool:
        return not of_ours(other) or within(other, (*PURE, *EDGES, *OPTIONS))

    assert wrong(OPTIONS, allowed) == []


def test_the_windows_know_only_the_clients_side() -> None:
    def allowed(other: str) -> bool:
        return not within(other, ("vcam",)) or within(other, FOR_WINDOWS)

    assert wrong(("vcam_ui",), allowed) == []


def test_every_room_is_in_a_ring() -> None:
    rings = (*PURE, *EDGES, *OPTIONS, *DAEMON)
    homeless = [
        name
        for name, path in MODULES.items()
        if within(name, ("vcam",)) and path.name != "__init__.py" and not within(name, rings)
    ]
    assert homeless == []


def test_no_import_runs_in_a_circle() -> None:
    assert [circle for name in graph() if (circle := way_back(name))] == []


def way_back(start: str) -> list[str]:
    """A way along imports from a module to itself; empty when there is none."""
    before: dict[str, str] = {}
    ahead = [start]
    while ahead:
        here = ahead.pop()
        for there in graph().get(here, ()):
            if there == start:
                way = [here]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return [*reversed(way), start]
            if there in graph() and there not in before:
                before[there] = here
                ahead.append(there)
    return []


def test_this_test_sees_lazy_imports_and_passes_over_types(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from vcam.daemon import daemon\n"
        "def f():\n    from vcam.ipc import ring\n"
    )
    assert imported(module) == {"typing", "vcam.ipc.ring"}
