"""A daemon without workers, for the windows' tests: the real control server, scripted answers."""

from __future__ import annotations

import asyncio
import base64
import threading
from pathlib import Path
from typing import Any

from vcam.control import Client, HoldParams, NoParams, PreviewParams, SetParams, SetResult
from vcam.control.server import ControlServer, Method
from vcam.control.unix import UnixTransport
from vcam.daemon import settings_file
from vcam.devices import Device, Devices
from vcam.schema.presets import Presets, PresetsChange
from vcam.schema.settings import Settings, changed
from vcam.schema.status import AudioStatus, Status, VideoStatus


class ScriptedDaemon:
    """Keeps settings as the real one does; status, devices and pictures are what a test says."""

    def __init__(self, path: Path, *, pictures: tuple[bytes, bytes] = (b"", b"")) -> None:
        self.settings = Settings()
        self.presets = Presets()
        self.status = Status(
            version="1",
            video=VideoStatus(state="live", source="Webcam", sink="Enhanced Camera", fps=30.0),
            audio=AudioStatus(state="live", source="Built-in", sink="Enhanced Microphone"),
        )
        self.devices = Devices(
            cameras=[
                Device(choice="Webcam", name="Webcam", default=True),
                Device(choice="Capture card", name="Capture card"),
            ],
            microphones=[Device(choice="mic0", name="Built-in microphone", default=True)],
            virtual=[],
        )
        self.pictures = pictures
        self.trial_folder = path.parent
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._sequence = 0
        self._way = UnixTransport(path)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.start()

    def start(self) -> None:
        self._server = ControlServer(
            self._way,
            {
                "status": Method(NoParams, self._status),
                "settings": Method(NoParams, self._settings),
                "set": Method(SetParams, self._set),
                "hold": Method(HoldParams, self._hold),
                "trial": Method(NoParams, self._trial),
                "presets": Method(NoParams, self._presets),
                "change_presets": Method(PresetsChange, self._change_presets),
                "devices": Method(NoParams, self._devices),
                "preview": Method(PreviewParams, self._preview),
                "stop": Method(NoParams, self._stop),
            },
        )
        self._run(self._server.start())

    def end(self) -> None:
        """As when the process dies: the connections break."""
        self._run(self._server.close())

    def command_line(self, **changes: Any) -> None:
        """What `vcam set` does."""
        with Client(way=self._way) as client:
            client.call("set", **changes)

    def count(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    def _run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _status(self, _: NoParams) -> Any:
        self.calls.append(("status", {}))
        return self.status.model_dump()

    async def _hold(self, params: HoldParams) -> Any:
        self.calls.append(("hold", params.model_dump()))
        self.status = self.status.model_copy(update={"held": params.key})
        return True

    async def _trial(self, _: NoParams) -> Any:
        return str(self.trial_folder)

    async def _presets(self, _: NoParams) -> Any:
        return self.presets.model_dump()

    async def _change_presets(self, change: PresetsChange) -> Any:
        self.presets = self.presets.changed(change)
        return self.presets.model_dump()

    async def _settings(self, _: NoParams) -> Any:
        return self.settings.model_dump()

    async def _set(self, params: SetParams) -> Any:
        self.calls.append(("set", dict(params.root)))
        new = changed(self.settings, dict(params.root))
        settings_file.refuse_missing_picture(self.settings, new)
        self.settings = new
        return SetResult(settings=self.settings).model_dump()

    async def _devices(self, _: NoParams) -> Any:
        return self.devices.model_dump()

    async def _preview(self, params: PreviewParams) -> Any:
        self.calls.append(("preview", params.model_dump()))
        self._sequence += 1
        before, after = (base64.b64encode(jpeg).decode() for jpeg in self.pictures)
        return {"sequence": self._sequence, "time": 0.0, "before": before, "after": after}

    async def _stop(self, _: NoParams) -> Any:
        self.calls.append(("stop", {}))
        return True
