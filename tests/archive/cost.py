"""What a film costs: `python -m tests.archive.cost 20`.

Enhances a film of so many seconds, 1280 × 720 with 25 pictures a second of somebody who speaks, and
prints the processor's seconds that an hour of it would take: its sound alone, with a blurred room,
with the picture twice as large (from a tenth of the film), and joining it where its pictures have
been made in spans. Then the seconds for fetching and putting a GB, with moto's S3 beside.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.archive.running import person
from tests.waiting import until
from vcam.archive.store import Store
from vcam.offline.enhance import spans
from vcam.offline.enhance.enhancer import Enhancer
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings

_LARGE = 100_000_000  # bytes


def main(seconds: int) -> None:
    plain = EnhanceOptions(settings=for_recordings(denoiser="fast"))
    blurred = EnhanceOptions(settings=for_recordings(denoiser="fast", background="blur"))
    larger = EnhanceOptions(settings=plain.settings, superres=2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        person(film := folder / "film.mp4", seconds, height=720, width=1280, rate=25)
        person(short := folder / "short.mp4", seconds // 10, height=720, width=1280, rate=25)
        for words, options, source, length in (
            ("sound", plain, film, seconds),
            ("blur", blurred, film, seconds),
            ("superres", larger, short, seconds // 10),
        ):
            enhancer = Enhancer(options, lambda _file, _done: None)
            print(f"{words}: {spent(enhancer, source, folder / words, length):.0f}", flush=True)
        spans.LENGTH = spans.SECTION
        enhancer = Enhancer(blurred, lambda _file, _done: None)
        target, packed = folder / "joined.mp4", []
        for span in enhancer.spans(film):
            packed.append(folder / str(span.begin))
            enhancer.make_span(film, target, span, packed[-1])
        print(f"joining: {spent(enhancer, film, folder / 'joined', seconds, packed):.0f}")
        print(f"transfer: {transfer(folder):.1f} s for a GB there and back")


def spent(
    enhancer: Enhancer, film: Path, target: Path, seconds: int, packed: Sequence[Path] = ()
) -> float:
    """Of this process, for an hour."""
    begin = time.process_time()
    enhancer.enhance(film, target.with_suffix(".mp4"), lambda _done: None, packed)
    return (time.process_time() - begin) / seconds * 3600


def transfer(folder: Path) -> float:
    """Of this process, through the archive's store."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        import s3fs

        s3fs.S3FileSystem().mkdir("talks")
        store, file = Store("s3://talks"), folder / "large"
        file.write_bytes(os.urandom(_LARGE))
        begin = time.process_time()
        store.put(file, "large")
        store.fetch("large", folder / "back")
        return (time.process_time() - begin) * 1e9 / _LARGE
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]))
