"""What the daemon answers: the control methods and the preview page, on a thread of their own.

Clients are served by an event loop beside the daemon's loop, so that no client can hold up the
watch over the workers. Anything that changes the daemon is handed over to its thread.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vcam.control import HoldParams, NoParams, PreviewParams, SetParams, SetResult
from vcam.control.server import ControlServer, Method, ServerTransport
from vcam.daemon import settings_file
from vcam.daemon.preview_page import PreviewFeed, PreviewPage
from vcam.daemon.recorder import begins_file, new_file
from vcam.daemon.wishes import Wishes
from vcam.priority import step_back
from vcam.schema.errors import VcamError
from vcam.schema.presets import PresetsChange
from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS, changed
from vcam.schema.status import Status

_DEVICES_S = 20.0
_CLOSE_S = 5.0
_SAVED_S = 3.0
_DEVICES_NICENESS = 10

T = TypeVar("T")


class DaemonSide(Protocol):
    """What the endpoints need of the daemon; every method may be called from any thread."""

    @property
    def wishes(self) -> Wishes:
        """To be read; changed in an order alone."""
        ...

    def status(self) -> Status: ...

    def order(self, deed: Callable[[], T]) -> Future[T]:
        """Runs `deed` on the daemon's thread."""
        ...

    def try_out(self) -> str:
        """On the daemon's thread: begins a trial and returns its folder. Raises VcamError."""
        ...

    def stop(self) -> None: ...


class Endpoints:
    """The thread with the event loop of both servers."""

    def __init__(self, daemon: DaemonSide, feed: PreviewFeed, way: ServerTransport) -> None:
        self._daemon = daemon
        self._feed = feed
        self._switched = 0  # how often recording was
        self._over = False
        self._control = ControlServer(
            way,
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
        self._page: PreviewPage | None = None
        self._keeping_presets = asyncio.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="endpoints", daemon=True
        )

    def start(self) -> None:
        """Begins to answer. Raises VcamError when the control address cannot be used."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._control.start(), self._loop).result()
        except OSError as error:
            raise VcamError("control.not_opened", error=error) from error

    def open_page(self) -> str:
        """Starts the preview page; returns its address. Raises VcamError."""
        self._page = PreviewPage(self._feed, self._daemon.status)
        try:
            return asyncio.run_coroutine_threadsafe(self._page.start(), self._loop).result()
        except OSError as error:
            raise VcamError("page.not_opened", error=error) from error

    def withdraw(self) -> None:
        """Takes no new clients, removes the address and gives no more pictures; open connections
        stay."""
        asyncio.run_coroutine_threadsafe(self._withdraw(), self._loop).result(_CLOSE_S)

    def close(self) -> None:
        """Closes every connection."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_CLOSE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_S)
        self._loop.close()

    async def _withdraw(self) -> None:
        self._feed.end()
        await self._control.withdraw()

    async def _end(self) -> None:
        self._over = True
        await self._control.close()
        if self._page is not None:
            await self._page.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _status(self, _: NoParams) -> Any:
        return self._daemon.status().model_dump()

    async def _settings(self, _: NoParams) -> Any:
        return self._daemon.wishes.settings.model_dump()

    async def _set(self, params: SetParams) -> Any:
        wishes = self._daemon.wishes
        urgent = {key for key, one in SETTINGS.items() if one.urgent}
        first = {key: value for key, value in params.root.items() if key in urgent}
        rest = {key: value for key, value in params.root.items() if key not in urgent}
        if first:
            await asyncio.wrap_future(self._daemon.order(lambda: wishes.obey(first)))
        before = wishes.settings
        after = changed(before, rest)
        if "background" in rest:
            await _aside(lambda: settings_file.refuse_missing_picture(before, after))
        self._switched += "record" in rest
        switched = self._switched
        file = await _aside(self._begin_file) if begins_file(before, after) else None
        if switched != self._switched:  # while its disk was waited for; what came last counts
            rest.pop("record", None)
        order = self._daemon.order(lambda: wishes.change(rest, file))
        try:
            settings, saved = await asyncio.wrap_future(order)
        finally:
            if file is not None and order.cancelled():
                _aside(lambda: file.unlink(missing_ok=True))
        try:
            unsaved = await asyncio.wait_for(asyncio.wrap_future(saved), _SAVED_S)
        except TimeoutError:
            unsaved = Reason.of("settings.not_saved_yet", path=settings_file.settings_file())
        return SetResult(settings=settings, unsaved=unsaved).model_dump()

    def _begin_file(self) -> Path:
        """For a recording; none stays that is ready after the daemon's end. Raises VcamError."""
        file = new_file()
        if self._over:
            file.unlink(missing_ok=True)
        return file

    async def _hold(self, params: HoldParams) -> Any:
        await asyncio.wrap_future(self._daemon.order(lambda: self._daemon.wishes.hold(params.key)))
        return True

    async def _trial(self, _: NoParams) -> Any:
        return await asyncio.wrap_future(self._daemon.order(self._daemon.try_out))

    async def _presets(self, _: NoParams) -> Any:
        return self._daemon.wishes.presets.model_dump()

    async def _change_presets(self, change: PresetsChange) -> Any:
        wishes = self._daemon.wishes
        async with self._keeping_presets:
            new = wishes.presets.changed(change)
            kept = await _aside(lambda: wishes.save_presets(new))
            await asyncio.wrap_future(self._daemon.order(lambda: wishes.take_presets(kept)))
        return kept.model_dump()

    async def _stop(self, _: NoParams) -> Any:
        # After the answer has left, for the connection closes at the end.
        self._loop.call_later(0.05, self._daemon.stop)
        return True

    async def _preview(self, params: PreviewParams) -> Any:
        found = await self._feed.newer(params.after, params.wait_s)
        if found is None:
            return None
        sequence, preview = found
        return {
            "sequence": sequence,
            "time": preview.time,
            "before": base64.b64encode(preview.before).decode(),
            "after": base64.b64encode(preview.after).decode(),
        }

    async def _devices(self, _: NoParams) -> Any:
        # A fresh process: PortAudio sees only the devices there were when it was loaded, and a
        # driver that hangs or crashes takes nothing else along.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vcam",
            "devices",
            "--json",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        step_back(_DEVICES_NICENESS, process.pid)
        try:
            out, _err = await asyncio.wait_for(process.communicate(), _DEVICES_S)
            return json.loads(out)
        except (TimeoutError, ValueError) as error:
            raise VcamError("devices.not_listed") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _aside(deed: Callable[[], T]) -> asyncio.Future[T]:
    """Runs what a disk may hold up; the daemon's end does not wait for it, as it would for that of
    an executor."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(deed())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="aside", daemon=True).start()
    return asyncio.wrap_future(future)
