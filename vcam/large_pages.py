"""Lets a process keep its networks in large pages.

The sound reads 4 MB of weights for every block of 10 ms, and looks up a thousand small pages for
them. In pages of 2 MB it takes a tenth less of a core, for 3 MB more memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_TUNABLES = "GLIBC_TUNABLES"


@contextmanager
def asked_for() -> Iterator[None]:
    """A process that is started meanwhile allocates so, with glibc 2.35 or later and a kernel that
    gives large pages to who asks; elsewhere nothing changes, nor where the user has tuned glibc."""
    if _TUNABLES in os.environ:
        yield
        return
    os.environ[_TUNABLES] = "glibc.malloc.hugetlb=1"
    try:
        yield
    finally:
        del os.environ[_TUNABLES]
