"""What spans do to a film: `python -m tests.archive.seams FILM SECONDS background=blur …`.

Enhances it in one run, and in spans of so many seconds that are joined, and says whether that is
the same file. Beside them comes a run without spans: how alike its pictures and samples are, and
how much a picture changes at most from one to the next at the spans' ends, in both.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from vcam.offline.enhance import spans
from vcam.offline.enhance.enhancer import Enhancer
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings


def main(source: Path, length: int, settings: dict[str, str]) -> None:
    options = EnhanceOptions(settings=for_recordings(**settings))
    enhancer = Enhancer(options, lambda _file, _done: None)
    with tempfile.TemporaryDirectory() as name:
        whole, joined, plain = (Path(name) / f"{one}.mkv" for one in ("whole", "joined", "plain"))
        enhancer.enhance(source, plain, nobody)
        spans.LENGTH = length
        found = enhancer.spans(source)
        enhancer.enhance(source, whole, nobody)
        packed = [Path(name) / str(span.begin) for span in found]
        for span, file in zip(found, packed, strict=True):
            enhancer.make_span(source, joined, span, file)
        enhancer.enhance(source, joined, nobody, packed)
        same = whole.read_bytes() == joined.read_bytes()
        print(f"{len(found)} spans, joined: {'the same' if same else 'ANOTHER'} file")
        one, other = sound(plain), sound(whole)
        print(f"samples: {one.size} without spans, {other.size} with them")
        loudest = np.abs(one - other).max()
        print(f"largest difference of samples: {20 * np.log10(loudest + 1e-9):.1f} dBFS")
        alike = [
            ssim(a, b) for (_, a), (_, b) in zip(pictures(plain), pictures(whole), strict=True)
        ]
        print(f"SSIM: {np.mean(alike):.4f} on average, {min(alike):.4f} at least")
        for file, words in ((plain, "without"), (whole, "with")):
            near, far = steps(file, [span.begin for span in found[1:]])
            print(
                f"{words} spans a picture's mean changes by up to {near:.2f} there, {far:.2f} else"
            )


def nobody(_done: float) -> None:
    return


def sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([one.to_ndarray() for one in container.decode(audio=0)], 1)


def pictures(path: Path) -> Iterator[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        for one in container.decode(video=0):
            yield one.time or 0.0, one.to_ndarray(format="gray").astype(np.float32)


def steps(path: Path, begins: list[int]) -> tuple[float, float]:
    """The largest change of the mean, of 255, within the fade before a span or at its beginning,
    and elsewhere."""
    levels = [(time, float(one.mean())) for time, one in pictures(path)]
    near, far = 0.0, 0.0
    for (_, one), (time, other) in zip(levels, levels[1:], strict=False):
        if any(begin - spans.FADE <= time <= begin + 0.1 for begin in begins):
            near = max(near, abs(other - one))
        else:
            far = max(far, abs(other - one))
    return near, far


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Wang et al., "Image quality assessment: from error visibility to structural similarity"."""

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    a, b = mean(one), mean(other)
    aa, bb, ab = (
        mean(x * y) - m
        for x, y, m in ((one, one, a * a), (other, other, b * b), (one, other, a * b))
    )
    c, d = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * a * b + c) * (2 * ab + d)) / ((a * a + b * b + c) * (aa + bb + d))).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), dict(word.split("=", 1) for word in sys.argv[3:]))
