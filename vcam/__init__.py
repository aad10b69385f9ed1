"""vcam: an Enhanced Camera and an Enhanced Microphone for the desktop."""

import os

__version__: str

# ONNX Runtime's wheels report its use to Microsoft unless this stands before it is loaded; asking
# it later by `disable_telemetry_events` still leaves a device id behind.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def __getattr__(name: str) -> str:
    """`__version__` is that of the installed package, looked up when it is first asked for.

    The look-up costs some 30 ms, which no command and no worker is to pay at its start.
    """
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version(__name__)
    except PackageNotFoundError:  # run from a folder that nobody installed
        found = "unknown"
    globals()[name] = found
    return found
