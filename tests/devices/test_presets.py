"""Presets that follow the programs: stand-ins named like Zoom and OBS open the microphone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.devices.running_daemon import ROOT, RunningDaemon
from tests.devices.sound_server import PipeWire, PulseAudio, SoundServer, running
from tests.waiting import until
from vcam.audio.linux.our_devices import SOURCE
from vcam.control import Client
from vcam.control.unix import UnixTransport

BEFORE = {"background": "#203040", "denoise": False, "lips": "off", "strength": 40}
MEETING = {"background": "blur", "denoise": True, "lips": "auto", "strength": 40}
PODCAST = {"background": "none", "denoise": True, "lips": "off", "strength": 70}


@pytest.fixture(params=[PulseAudio, PipeWire], ids=lambda kind: kind.name)
def server(request: pytest.FixtureRequest) -> Iterator[SoundServer]:
    with running(request.param) as one:
        yield one


def vcam(server: SoundServer, *words: str) -> str:
    """What the command prints."""
    return subprocess.run(
        [sys.executable, "-m", "vcam", *words],
        env=server.environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@contextmanager
def program(server: SoundServer, name: str) -> Iterator[None]:
    """One that records the Enhanced Microphone under the name that the real one gives itself."""
    until(lambda: SOURCE in server.names("sources"), why="the Enhanced Microphone is there")
    process = subprocess.Popen(
        ["parec", f"--device={SOURCE}", "--raw", f"--client-name={name}"],
        env=server.environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def zoom(server: SoundServer) -> AbstractContextManager[None]:
    return program(server, "ZOOM VoiceEngine")


def obs(server: SoundServer) -> AbstractContextManager[None]:
    return program(server, "OBS")


def test_the_program_chooses_the_first_rule_counts_and_what_was_before_comes_back(
    server: SoundServer,
) -> None:
    words = ("--camera", "demo")
    with RunningDaemon(server.environment, *words, settings={**BEFORE, "width": 320}) as daemon:

        def settings() -> dict[str, object]:
            socket = f"{server.environment['XDG_RUNTIME_DIR']}/vcam/control.sock"
            with Client(way=UnixTransport(Path(socket))) as client:
                found = client.call("settings")
            return {key: found[key] for key in BEFORE}

        daemon.wait_for(lambda status: status.audio.sink is not None)
        vcam(server, "preset", "when", "Meeting", "--program", "zoom")
        vcam(server, "preset", "when", "Podcast", "--program", "obs")
        assert settings() == BEFORE
        with obs(server):
            with zoom(server):
                daemon.wait_for(lambda status: len(status.audio.readers) == 2)
                until(lambda: settings() == MEETING)
                shown = vcam(server, "status")
                assert "'Meeting' is in force (zoom)" in shown
                assert "OBS" in shown and "ZOOM VoiceEngine" in shown
            until(lambda: settings() == PODCAST)
            assert "'Podcast' is in force (obs)" in vcam(server, "status")
        until(lambda: settings() == BEFORE)
        assert "is in force" not in vcam(server, "status")
