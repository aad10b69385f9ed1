from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The development data beside the checkout; tests that need it are skipped without it."""
    if not DATA.is_dir():
        pytest.skip("the development data (../shared/data) is not here")
    return DATA
