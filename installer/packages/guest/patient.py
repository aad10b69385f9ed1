"""`vcam run` as the package has it, with more patience for a worker's sign of life.

In an emulated machine a worker takes longer to load than the supervisor waits.
"""

from __future__ import annotations

import sys

from vcam.__main__ import main
from vcam.daemon import supervisor

if __name__ == "__main__":
    vars(supervisor).update(FIRST_HEARTBEAT_S=300.0, HEARTBEAT_S=300.0)
    sys.argv = ["vcam", "run"]
    main()
