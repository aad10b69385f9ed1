"""The daemon's end of the control connection (wire format: `vcam.control`)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from vcam import logbook
from vcam.control import (
    FOR_THE_USER,
    INTERNAL,
    MAX_REQUEST,
    NO_METHOD,
    NOT_A_REQUEST,
    NOT_JSON,
    WRONG_PARAMS,
    Request,
    ServerTransport,
)
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, discreet

MAX_CLIENTS = 32
"""With more, the one that has been silent longest is closed."""

_READ_ANSWER_S = 5.0
"""A client that does not take its answer for so long is closed."""

P = TypeVar("P", bound=BaseModel)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Method(Generic[P]):
    """What a method name stands for: the schema of its params and the function.

    The function runs on the server's event loop and returns what `json.dumps` accepts. It may
    raise VcamError for the user.
    """

    params: type[P]
    answer: Callable[[P], Awaitable[Any]]


class ControlServer:
    """Answers any number of clients on the running event loop; none can stall the others."""

    def __init__(self, way: ServerTransport, methods: Mapping[str, Method[Any]]) -> None:
        self._way = way
        self._methods = methods
        self._clients: OrderedDict[asyncio.StreamWriter, None] = OrderedDict()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OSError when the address cannot be used."""
        self._server = await self._way.listen(self._serve, MAX_REQUEST)

    async def withdraw(self) -> None:
        """Removes the address and takes no new clients; those that are connected stay."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._way.remove()

    async def close(self) -> None:
        """Withdraws and closes every connection."""
        await self.withdraw()
        for writer in self._clients:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) >= MAX_CLIENTS:
            silent, _ = self._clients.popitem(last=False)
            silent.transport.abort()
        self._clients[writer] = None
        try:
            while line := await _line(reader):
                if writer in self._clients:
                    self._clients.move_to_end(writer)
                answer = await self._answer(line)
                if answer is not None:
                    writer.write(answer)
                    await asyncio.wait_for(writer.drain(), _READ_ANSWER_S)
        except asyncio.LimitOverrunError:
            writer.write(_error(None, NOT_A_REQUEST, f"a line is longer than {MAX_REQUEST} bytes"))
            writer.close()
        except (OSError, TimeoutError, asyncio.CancelledError):
            # Cancelled at the daemon's end: asyncio's streams would report it as a fault.
            writer.transport.abort()
        finally:
            self._clients.pop(writer, None)
            writer.close()

    async def _answer(self, line: bytes) -> bytes | None:
        try:
            request = Request.model_validate_json(line)
        except ValidationError as error:
            broken = error.errors()[0]["type"] == "json_invalid"
            return _error(None, NOT_JSON if broken else NOT_A_REQUEST, _reason(error))
        answer = await self._result(request)
        return answer if request.wants_answer else None

    async def _result(self, request: Request) -> bytes:
        method = self._methods.get(request.method)
        if method is None:
            known = ", ".join(self._methods)
            return _error(request.id, NO_METHOD, f"no method '{request.method}'; known are {known}")
        try:
            params = method.params.model_validate(request.params)
        except ValidationError as error:
            return _error(request.id, WRONG_PARAMS, _reason(error))
        try:
            result = await method.answer(params)
        except VcamError as error:
            log.info("%s refused: %s", request.method, discreet(error.reason))
            return _error(request.id, FOR_THE_USER, str(error), error.reason)
        except Exception:
            log.exception("%s", request.method)
            reason = Reason.of("control.fault", folder=logbook.folder())
            return _error(request.id, INTERNAL, str(reason), reason)
        return _line_of({"jsonrpc": "2.0", "id": request.id, "result": result})


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError:
        return b""


def _error(
    request_id: int | str | None, code: int, message: str, reason: Reason | None = None
) -> bytes:
    error: dict[str, Any] = {"code": code, "message": message}
    if reason is not None:
        error["data"] = reason.model_dump()
    return _line_of({"jsonrpc": "2.0", "id": request_id, "error": error})


def _line_of(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
