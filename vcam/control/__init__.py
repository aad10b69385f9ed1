"""Talking to the running daemon: message schema and a blocking client.

Wire format: JSON-RPC 2.0 over a local stream, one JSON object per line (`\\n`, UTF-8, at most
64 KiB from the client). Requests on one connection are answered in order; open a second connection
for `devices` and a waiting `preview`, which may take a while. No batches. A request
without `id` gets no answer.

    → {"jsonrpc": "2.0", "id": 1, "method": "set", "params": {"blur": 40, "background": "none"}}
    ← {"jsonrpc": "2.0", "id": 1, "result": {"settings": {"camera": "auto", …}, "unsaved": null}}
    ← {"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "There is no setting 'x'…",
                                            "data": {"key": "settings.unknown", …}}}

| method     | params            | result                                                         |
|------------|-------------------|----------------------------------------------------------------|
| `status`   | none              | `vcam.schema.status.Status`                                    |
| `settings` | none              | `vcam.schema.settings.Settings`                                |
| `set`      | any settings      | `SetResult`: the settings that are in force now                |
| `hold`     | `key`             | `true`; `key` is held for two seconds, `null` lets it go       |
| `presets`  | none              | `vcam.schema.presets.Presets`                                  |
| `change_presets` | `PresetsChange` | `Presets`, which are in force from now on                  |
| `trial`    | none              | the folder in which `vcam.schema.trial` will be, in ten seconds |
| `devices`  | none              | what `vcam devices --json` prints                              |
| `preview`  | `after`, `wait_s` | `{"sequence", "time", "before", "after"}`; both JPEG, base64   |
| `stop`     | none              | `true`; the connection closes when everything has been removed |

`preview` keeps the pictures coming for a few seconds after each call. With `after` (the `sequence`
of the last answer) it waits up to `wait_s` for a newer one; `null` means that none came.

Error codes: −32700 not JSON, −32600 not a request, −32601 unknown method, −32602 wrong params,
−32603 a fault in vcam, −32000 a sentence for the user; `data` then is the
`vcam.schema.reasons.Reason`.

Where: on Linux and macOS a Unix socket, `vcam.control.unix.socket_path()`; a Qt program gives this
path to `QLocalSocket.connectToServer` and speaks the lines above from its event loop. On Windows
see `vcam.control.windows`.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    field_validator,
)

from vcam.schema.errors import VcamError
from vcam.schema.held import HeldKey
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import Status

if TYPE_CHECKING:  # a client has no need of asyncio
    import asyncio
    from collections.abc import Awaitable, Callable

    OnClient = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MAX_REQUEST = 1 << 16
MAX_ANSWER = 1 << 24

_STOP_S = 20.0  # in which the daemon kills what does not end, and removes what that left

NOT_JSON = -32700
NOT_A_REQUEST = -32600
NO_METHOD = -32601
WRONG_PARAMS = -32602
INTERNAL = -32603
FOR_THE_USER = -32000


class Request(BaseModel):
    """One line from a client."""

    model_config = ConfigDict(extra="forbid", strict=True)

    jsonrpc: Literal["2.0"]
    method: str = Field(max_length=64)
    params: dict[str, Any] = Field(default_factory=dict)
    id: int | str | None = None

    @property
    def wants_answer(self) -> bool:
        return "id" in self.model_fields_set


class NoParams(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetParams(RootModel[dict[str, Any]]):
    """Settings by name; text is accepted for every value, as in `vcam set KEY=VALUE`, and `toggle`
    for those that are on or off. What fits none is refused with a sentence, beside which the urgent
    ones are in force."""


class HoldParams(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: HeldKey | None = None


class SetResult(BaseModel):
    """The settings after a change. `unsaved` says why the next start may not know them."""

    settings: Settings
    unsaved: Reason | None = None

    @field_validator("settings", mode="before")
    @classmethod
    def _of_any_version(cls, value: Any) -> Any:
        return Settings.told(value) if isinstance(value, dict) else value


class PreviewParams(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0)] = 0
    wait_s: Annotated[float, Field(ge=0, le=5)] = 2.0


class NotRunning(VcamError):
    """No daemon answers."""


class Transport(Protocol):
    """How the lines travel; `vcam.control.unix` and `vcam.control.windows` have one each."""

    def connect(self, timeout: float) -> socket.socket:
        """A connected, authenticated stream. Raises OSError when no daemon answers."""
        ...


class ServerTransport(Transport, Protocol):
    """The daemon's end of it as well."""

    async def listen(self, on_client: OnClient, limit: int) -> asyncio.Server:
        """Serves the clients that may connect, `limit` bytes a line. Raises OSError."""
        ...

    def remove(self) -> None:
        """Leaves nothing that a client could find."""
        ...


def transport() -> ServerTransport:
    """The transport of this system, for either end."""
    if sys.platform != "win32":
        from vcam.control.unix import UnixTransport

        return UnixTransport()
    from vcam.control.windows import LoopbackTransport

    return LoopbackTransport()


def refusal(error: dict[str, Any]) -> Reason:
    """Why a request was refused, from the error of its answer."""
    try:
        return Reason.model_validate(error["data"])
    except (KeyError, ValidationError):
        return Reason.of("control.refused", error=f"{error['message']} ({error['code']})")


class Client:
    """A blocking connection to the running daemon, for the command line and for tests.

    Raises NotRunning when no daemon runs, and VcamError when it does not answer within `timeout`
    seconds, or with its own sentence when it refuses a request.
    """

    def __init__(self, *, timeout: float = 10.0, way: Transport | None = None) -> None:
        try:
            self._socket = (way or transport()).connect(timeout)
        except OSError as error:
            raise NotRunning("control.not_running") from error
        self._lines = self._socket.makefile("rb")
        self._next = 0

    def call(self, method: str, **params: Any) -> Any:
        """Sends one request and waits for its result."""
        self._next += 1
        request = {"jsonrpc": "2.0", "id": self._next, "method": method, "params": params}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            line = self._lines.readline(MAX_ANSWER)
        except TimeoutError as error:
            raise VcamError("control.silent") from error
        except OSError as error:
            raise VcamError("control.closed") from error
        if not line.endswith(b"\n"):
            raise VcamError("control.closed")
        answer = json.loads(line)
        if "error" in answer:
            raise VcamError(refusal(answer["error"]))
        return answer["result"]

    def status(self) -> Status:
        return Status.model_validate(self.call("status"))

    def stop(self) -> None:
        """Stops the daemon and waits until it has removed what it made."""
        self.call("stop")
        self._socket.settimeout(_STOP_S)
        try:
            self._lines.read()
        except TimeoutError as error:
            raise VcamError("control.not_stopped") from error
        except OSError:
            return

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
