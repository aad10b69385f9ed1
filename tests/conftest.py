import gc
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon_process import Running, at_home

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def pytest_configure() -> None:
    """Signals end what the tests start, even where nohup, or a shell in the background, has told
    its children not to heed a closed terminal or Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_finish() -> None:
    """What is imported by now stays, and need not be searched for garbage again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _logs_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's own log tells of no test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The development data beside the checkout; tests that need it are skipped without it."""
    if not DATA.is_dir():
        pytest.skip("the development data (../shared/data) is not here")
    return DATA


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh user: no settings, no running daemon, no sound server."""
    (tmp_path / "r").mkdir(mode=0o700)
    at_home(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def daemon(home: Path) -> Iterator[Running]:
    """Starts daemons with fake workers, and ends them."""
    running = Running(home)
    yield running
    running.end()
