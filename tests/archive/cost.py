"""What a film costs: `python -m tests.archive.cost 20`.

Enhances a film of so many seconds, 1280 × 720 with 25 pictures a second of somebody who speaks, and
prints the processor's seconds that an hour of it would take: its sound alone, with a blurred room,
with the picture twice as large, and joining it where its pictures have been made in spans.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.archive.running import person
from vcam.offline.enhance import spans
from vcam.offline.enhance.batch import Enhancer
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings


def main(seconds: int) -> None:
    plain = EnhanceOptions(settings=for_recordings(denoiser="fast"))
    blurred = EnhanceOptions(settings=for_recordings(denoiser="fast", background="blur"))
    larger = EnhanceOptions(settings=plain.settings, superres=2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        person(film := folder / "film.mp4", seconds, height=720, width=1280, rate=25)
        for words, options in (("sound", plain), ("blur", blurred), ("superres", larger)):
            enhancer = Enhancer(options, lambda _file, _done: None)
            print(f"{words}: {spent(enhancer, film, folder / words, seconds):.0f}", flush=True)
        spans.LENGTH = spans.SECTION
        enhancer = Enhancer(blurred, lambda _file, _done: None)
        target, packed = folder / "joined.mp4", []
        for span in enhancer.spans(film):
            packed.append(folder / str(span.begin))
            enhancer.make_span(film, target, span, packed[-1])
        print(f"joining: {spent(enhancer, film, folder / 'joined', seconds, packed):.0f}")


def spent(
    enhancer: Enhancer, film: Path, target: Path, seconds: int, packed: Sequence[Path] = ()
) -> float:
    """Of this process, for an hour."""
    begin = time.process_time()
    enhancer.enhance(film, target.with_suffix(".mp4"), lambda _done: None, packed)
    return (time.process_time() - begin) / seconds * 3600


if __name__ == "__main__":
    main(int(sys.argv[1]))
