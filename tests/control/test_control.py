"""The control connection: real sockets, real clients, also bad ones."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vcam.control import MAX_REQUEST, Client, NoParams, NotRunning, PreviewParams, SetParams
from vcam.control import server as control_server
from vcam.control.server import MAX_CLIENTS, ControlServer, Method
from vcam.control.unix import UnixTransport
from vcam.schema.errors import VcamError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")


class Running:
    """A control server with a few methods, on a thread."""

    def __init__(self, path: Path) -> None:
        self.way = UnixTransport(path)
        self.loop = asyncio.new_event_loop()
        self.server = ControlServer(
            self.way,
            {
                "echo": Method(SetParams, self._echo),
                "refuse": Method(NoParams, self._refuse),
                "break": Method(NoParams, self._break),
                "big": Method(NoParams, self._big),
                "preview": Method(PreviewParams, self._echo),
            },
        )
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.run(self.server.start())

    def run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(10)

    async def _echo(self, params: Any) -> Any:
        return params.model_dump()

    async def _refuse(self, _: NoParams) -> Any:
        raise VcamError("Not today; try tomorrow.")

    async def _break(self, _: NoParams) -> Any:
        raise ZeroDivisionError

    async def _big(self, _: NoParams) -> Any:
        return "x" * 4_000_000

    def client(self, timeout: float = 5.0) -> Client:
        return Client(timeout=timeout, way=self.way)

    def raw(self) -> socket.socket:
        return self.way.connect(5.0)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    # The path of a Unix socket may be no longer than about 100 bytes.
    server = Running(Path(os.path.relpath(tmp_path)) / "s")
    yield server
    server.run(server.server.close())
    server.loop.call_soon_threadsafe(server.loop.stop)


def answer_to(running: Running, line: bytes) -> dict[str, Any]:
    with running.raw() as connection:
        connection.sendall(line + b"\n")
        return json.loads(connection.makefile("rb").readline())


def test_a_call_gives_its_result(running: Running) -> None:
    with running.client() as client:
        assert client.call("echo", blur=40, background="none") == {
            "blur": 40,
            "background": "none",
        }
        assert client.call("echo", word="ä漢") == {"word": "ä漢"}


def test_a_refusal_is_the_daemons_own_sentence(running: Running) -> None:
    with running.client() as client:
        with pytest.raises(VcamError, match=r"^Not today; try tomorrow\.$"):
            client.call("refuse")
        assert client.call("echo", still=1) == {"still": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 30_000, -32700),
        (b"[]", -32600),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "echo"}]', -32600),
        (b'{"method": "echo", "id": 1}', -32600),
        (b'{"jsonrpc": "1.0", "method": "echo", "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "method": 5, "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "method": "echo", "id": 1, "extra": 2}', -32600),
        (b'{"jsonrpc": "2.0", "method": "echo", "params": [1], "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "method": "none", "id": 1}', -32601),
        (b'{"jsonrpc": "2.0", "method": "refuse", "params": {"a": 1}, "id": 1}', -32602),
        (b'{"jsonrpc": "2.0", "method": "preview", "params": {"wait_s": 1e9}, "id": 1}', -32602),
        (b'{"jsonrpc": "2.0", "method": "break", "id": 1}', -32603),
    ],
)
def test_a_wrong_message_gets_its_error_code(running: Running, line: bytes, code: int) -> None:
    answer = answer_to(running, line)
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert answer["jsonrpc"] == "2.0"


@given(st.binary(min_size=1, max_size=200).filter(lambda line: b"\n" not in line))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_garbage_is_answered_with_an_error(running: Running, line: bytes) -> None:
    assert "error" in answer_to(running, line)


def test_a_request_without_id_gets_no_answer(running: Running) -> None:
    with running.raw() as connection:
        connection.sendall(b'{"jsonrpc": "2.0", "method": "echo", "params": {"a": 1}}\n')
        connection.sendall(b'{"jsonrpc": "2.0", "method": "echo", "id": "second"}\n')
        assert json.loads(connection.makefile("rb").readline())["id"] == "second"


def test_an_endless_line_is_cut_off(running: Running) -> None:
    with running.raw() as connection:
        connection.sendall(b" " * (MAX_REQUEST + 1))
        lines = connection.makefile("rb")
        assert json.loads(lines.readline())["error"]["code"] == -32600
        assert lines.read() == b""


def test_clients_that_stall_hold_up_nobody(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_server, "_READ_ANSWER_S", 0.3)
    half, deaf = running.raw(), running.raw()
    half.sendall(b'{"jsonrpc": "2.0", "meth')
    deaf.sendall(b'{"jsonrpc": "2.0", "method": "big", "id": 1}\n' * 3)
    with running.client() as client:
        assert client.call("echo", a=1) == {"a": 1}
        time.sleep(0.8)
        assert client.call("echo", a=2) == {"a": 2}
    taken = 0
    try:
        while piece := deaf.recv(1 << 20):
            taken += len(piece)
    except ConnectionError:
        pass
    assert taken < 3 * 4_000_000
    half.close()
    deaf.close()


def test_a_crowd_of_silent_clients_does_not_lock_others_out(running: Running) -> None:
    crowd = [running.raw() for _ in range(MAX_CLIENTS + 5)]
    with running.client() as client:
        assert client.call("echo", a=1) == {"a": 1}
    for connection in crowd:
        connection.close()


def test_a_socket_of_a_crash_is_adopted(tmp_path: Path) -> None:
    path = Path(os.path.relpath(tmp_path)) / "s"
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    dead.bind(str(path))
    dead.close()
    assert path.exists()
    with pytest.raises(NotRunning, match="`vcam run` starts it"):
        Client(way=UnixTransport(path))
    server = Running(path)
    with server.client() as client:
        assert client.call("echo", a=1) == {"a": 1}
    server.run(server.server.close())
    assert not path.exists()


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another user"
)
def test_another_user_is_refused_even_where_the_folder_lets_him_in(tmp_path: Path) -> None:
    folder = Path(f"/tmp/vcam-test-{os.getpid()}")
    folder.mkdir(mode=0o755)
    server = Running(folder / "s")
    try:
        (folder / "s").chmod(0o666)
        code = """
            import os, socket, sys
            os.setuid(65534)
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(5)
            connection.connect(sys.argv[1])
            try:
                connection.sendall(b'{"jsonrpc": "2.0", "method": "echo", "id": 1}\\n')
                print(connection.recv(100))
            except ConnectionError:
                print(b"")
        """
        arguments = [sys.executable, "-c", textwrap.dedent(code), str(folder / "s")]
        told = subprocess.run(arguments, capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "b''"
        (folder / "s").chmod(0o600)
        refused = subprocess.run(arguments, capture_output=True, text=True)
        assert "PermissionError" in refused.stderr
        with server.client() as client:
            assert client.call("echo", a=1) == {"a": 1}
    finally:
        server.run(server.server.close())
        folder.rmdir()


def test_a_daemon_that_does_not_answer_is_told(tmp_path: Path) -> None:
    path = Path(os.path.relpath(tmp_path)) / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        with Client(timeout=0.2, way=UnixTransport(path)) as client:
            with pytest.raises(VcamError, match="does not answer"):
                client.call("status")
