"""The real daemon and the real video worker, fit for the guest's emulated processor.

An emulated processor takes seconds for one run of a network. So the daemon waits longer for a sign
of life, the matte is a fixed disc instead of the network's, and the sound rests. The rest is what
a user runs: `python -m tests.devices.guest.patient_daemon CAMERA`.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection
from types import ModuleType

from vcam.daemon import supervisor
from vcam.daemon.daemon import Daemon, DaemonOptions
from vcam.daemon.protocol import PictureStart, SoundStart, Stop
from vcam.schema.status import AudioStatus


def video(link: Connection, start: PictureStart) -> None:
    """The video worker without its network."""
    sys.modules["onnxruntime"] = ModuleType("onnxruntime")  # takes long to load and has no use here
    # Imported here, because every process imports this module, and the others need none of it.
    from tests.devices.guest.disc import Disc
    from vcam.networks.picture import PictureNetworks
    from vcam.video.worker import loop
    from vcam.video.worker import run as worker

    vars(loop).update(with_network=lambda *_: PictureNetworks(portrait=Disc(), provider="none"))
    worker.run(link, start)


def audio(link: Connection, _start: SoundStart) -> None:
    """Gives signs of life and nothing else."""
    try:
        while True:
            if link.poll(1.0) and isinstance(link.recv(), Stop):
                return
            link.send(AudioStatus())
    except (EOFError, OSError):
        return


def main() -> None:
    vars(supervisor).update(FIRST_HEARTBEAT_S=300.0, HEARTBEAT_S=300.0)
    here = "tests.devices.guest.patient_daemon"
    Daemon(DaemonOptions(camera=sys.argv[1], video=f"{here}:video", audio=f"{here}:audio")).run()


if __name__ == "__main__":
    main()
