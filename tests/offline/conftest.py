from collections.abc import Iterator
from functools import cache

import pytest

from vcam.offline.enhance import enhancer


@pytest.fixture(autouse=True, scope="session")
def _networks_opened_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("open_sound", "open_picture"):
            patch.setattr(enhancer, name, cache(getattr(enhancer, name)))
        yield
