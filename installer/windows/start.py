"""The frozen program's first module. Not yet run.

The program starts itself again as `sys.executable -m vcam …` and `-c …`; a frozen one has no
interpreter to do so with, and this stands in for it.
"""

import multiprocessing
import runpy
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.platform == "darwin" and not sys.argv[1:]:  # a double click on the bundle
        sys.argv += ["tray", "--settings"]
    if sys.argv[1:2] == ["-P"]:  # it imports nothing from elsewhere anyway
        del sys.argv[1]
    if sys.argv[1:2] == ["-c"]:
        code, sys.argv = sys.argv[2], ["-c", *sys.argv[3:]]
        exec(code)
    else:
        module = "vcam"
        if sys.argv[1:2] == ["-m"]:
            module, sys.argv = sys.argv[2], [sys.argv[0], *sys.argv[3:]]
        runpy.run_module(module, run_name="__main__", alter_sys=False)
