"""Private sound servers with a fake hardware microphone, for real clients to record from.

What is played into the sink `hw_mic_feed` is heard by the source `hw_mic`, the "Hardware
Microphone". Nothing of the machine's own sound is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.waiting import until

FEED = "hw_mic_feed"
HARDWARE = "hw_mic"
HARDWARE_LABEL = "Hardware Microphone"


class SoundServer(ABC):
    """A sound server of its own; `environment` is what its clients need."""

    name: str
    programs: tuple[str, ...]
    """What has to be installed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vcam-sound-"))
        self.folder.chmod(0o700)
        self.environment = {
            **os.environ,
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "PULSE_SERVER": f"unix:{self.folder}/pulse/native",
            "PULSE_CONFIG_PATH": str(self.folder / "config" / "pulse"),
            "PULSE_STATE_PATH": str(self.folder / "state"),
            "PULSE_RUNTIME_PATH": str(self.folder / "pulse"),
        }
        for part in ("config", "state", "pulse"):
            (self.folder / part).mkdir(mode=0o700)
        self._processes: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    def start(self) -> None:
        """Starts it and waits until the fake microphone is there."""

    def kill(self) -> None:
        """As a crash: SIGKILL."""
        for process in self._processes:
            process.send_signal(signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes.clear()

    def pactl(self, *words: str) -> str:
        """Runs pactl; returns its output, empty when the server is not there."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, timeout=10
        )
        return done.stdout

    def names(self, kind: str) -> list[str]:
        """The names of all `sources` or `sinks`."""
        lines = self.pactl("list", "short", kind).splitlines()
        return [line.split("\t")[1] for line in lines]

    @abstractmethod
    def take_away(self, sink: str) -> None:
        """As when an output is unplugged."""

    def remove(self) -> None:
        """Ends the server and its files."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, *command: str) -> None:
        log = (self.folder / f"{Path(command[0]).name}.log").open("ab")
        self._processes.append(
            subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        )
        log.close()

    def _wait_for_microphone(self) -> None:
        until(lambda: HARDWARE in self.names("sources"), why=f"{self.name} is up")

    def _hum(self) -> None:
        """Silence into the feed: unlike a microphone, a feed that nobody plays into gives its
        sound in lumps of seconds."""
        self._spawn("pacat", f"--device={FEED}", "--latency-msec=20", "--raw", "/dev/zero")


class PulseAudio(SoundServer):
    name = "PulseAudio"
    programs = ("pulseaudio", "pactl", "pacat")

    def start(self) -> None:
        settings = self.folder / "config" / "pulse"
        settings.mkdir(exist_ok=True)
        # Chromium records at this rate, whatever the source's is.
        (settings / "daemon.conf").write_text("default-sample-rate = 48000\n")
        script = self.folder / "script.pa"
        script.write_text(
            "load-module module-native-protocol-unix auth-anonymous=1 "
            f"socket={self.folder}/pulse/native\n"
            "load-module module-null-sink norewinds=1 sink_name=speakers rate=48000 "
            "sink_properties=\"device.description='Speakers'\"\n"
            "set-default-sink speakers\n" + _FAKE
        )
        self._spawn(
            "pulseaudio",
            "-n",
            f"--file={script}",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--high-priority=yes",
            "--realtime=yes",
            "--use-pid-file=no",
            "--disable-shm=no",
            "--log-level=info",
        )
        self._wait_for_microphone()
        self._hum()

    def unplug(self) -> None:
        """Takes the fake microphone away."""
        self.unload(f"source_name={HARDWARE}")

    def plug_in(self) -> None:
        """Brings the fake microphone back."""
        self.pactl("load-module", "module-remap-source", *_REMAP)
        self.pactl("set-default-source", HARDWARE)
        self._wait_for_microphone()

    def take_away(self, sink: str) -> None:
        self.unload(f"sink_name={sink}")

    def unload(self, argument: str) -> None:
        """Unloads the modules with such an argument."""
        for line in self.pactl("list", "short", "modules").splitlines():
            index, _name, *arguments = line.split("\t")
            if argument in " ".join(arguments).split():
                self.pactl("unload-module", index)


_REMAP = (
    f"source_name={HARDWARE}",
    f"master={FEED}.monitor",
    "channels=1",
    "channel_map=mono",
    f"source_properties=\"device.description='{HARDWARE_LABEL}'\"",
)
_FAKE = f"""\
load-module module-null-sink norewinds=1 sink_name={FEED} rate=48000 channels=1 channel_map=mono \
sink_properties="device.description='HwMicFeed'"
load-module module-remap-source {" ".join(_REMAP)}
set-default-source {HARDWARE}
"""


class PipeWire(SoundServer):
    name = "PipeWire"
    programs: tuple[str, ...] = (
        "pipewire",
        "wireplumber",
        "pipewire-pulse",
        "dbus-daemon",
        "pactl",
        "pacat",
        "pw-cli",
        "pw-dump",
    )

    def start(self) -> None:
        folder = self.folder / "config" / "pipewire" / "pipewire.conf.d"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "10-fake.conf").write_text(_PIPEWIRE_FAKE)
        bus = f"unix:path={self.folder}/bus"
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        self._spawn("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}")
        self._spawn("pipewire")
        until((self.folder / "pipewire-0").exists, why="PipeWire's socket")
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        self._wait_for_microphone()
        self.pactl("set-default-source", HARDWARE)
        self._hum()

    def take_away(self, sink: str) -> None:
        dump = subprocess.run(["pw-dump"], env=self.environment, capture_output=True, check=True)
        for one in json.loads(dump.stdout):
            properties = one.get("info", {}).get("props", {})
            if properties.get("node.name") == sink:
                subprocess.run(
                    ["pw-cli", "destroy", str(one["id"])],
                    env=self.environment,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )

    def kill(self) -> None:
        super().kill()
        for socket in ("pipewire-0", "pipewire-0.lock", "pulse/native", "bus"):
            (self.folder / socket).unlink(missing_ok=True)


_PIPEWIRE_FAKE = f"""\
context.properties = {{ default.clock.rate = 48000 }}
context.objects = [
  {{ factory = adapter args = {{ factory.name = support.null-audio-sink node.name = {FEED}
      node.description = "HwMicFeed" media.class = Audio/Sink audio.position = [ MONO ]
      monitor.channel-volumes = true object.linger = true }} }}
  {{ factory = adapter args = {{ factory.name = support.null-audio-sink node.name = speakers
      node.description = "Speakers" media.class = Audio/Sink audio.position = [ FL FR ]
      object.linger = true }} }}
]
context.modules = [
  {{ name = libpipewire-module-loopback args = {{ node.description = "{HARDWARE_LABEL}"
      audio.position = [ MONO ]
      capture.props = {{ node.name = {HARDWARE}.in target.object = {FEED}
                         stream.capture.sink = true node.passive = true }}
      playback.props = {{ node.name = {HARDWARE} media.class = Audio/Source
                          node.description = "{HARDWARE_LABEL}" }} }} }}
]
"""


S = TypeVar("S", bound=SoundServer)


@contextmanager
def running(kind: type[S], *programs: str) -> Iterator[S]:
    """A started server; skips the test where it or one of the other `programs` is not installed."""
    missing = [name for name in (*kind.programs, *programs) if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    server = kind()
    try:
        server.start()
        yield server
    finally:
        server.remove()
