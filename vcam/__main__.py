"""`python -m vcam` and the `vcam` command.

Almost nothing is imported here, because every worker process imports this module once more.
"""

from __future__ import annotations

import sys


def main() -> None:
    from vcam.stopping import stoppable

    with stoppable():
        from vcam.cli import app
        from vcam.errors import VcamError

        try:
            app(prog_name="vcam")
        except VcamError as error:
            print(f"vcam: {error}", file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
