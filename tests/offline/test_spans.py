"""A long film whose pictures are made in spans is the film that one run makes."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from tests.archive.running import film, person
from vcam.media_file.promised import Cut
from vcam.offline.enhance import spans
from vcam.offline.enhance.drawing import VideoProcessor
from vcam.offline.enhance.enhancer import Enhancer
from vcam.offline.enhance.findings import Findings, Loss, joined, judged
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.pictures import PictureDecoder, position_at
from vcam.offline.enhance.spans import Span, spans_of
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings


def enhancer(**settings: object) -> Enhancer:
    changes = {"lips": "off", "denoiser": "fast"} | settings
    options = EnhanceOptions(settings=for_recordings(**changes))
    return Enhancer(options, lambda _file, _done: None)


@pytest.mark.long
def test_joined_spans_are_the_film_of_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person before a blurred room, whose lips are looked at."""
    monkeypatch.setattr(spans, "LENGTH", 10)
    person(source := tmp_path / "in.mp4", 16)
    whole, target = tmp_path / "whole.mp4", tmp_path / "out.mp4"
    working = enhancer(background="blur", lips="auto")
    working.enhance(source, whole, lambda _: None)
    found = working.spans(source)
    assert found == [Span(0, 10), Span(10)]
    packed = [tmp_path / str(span.begin) for span in found]
    for span, file in zip(found, packed, strict=True):
        working.make_span(source, target, span, file)
    working.enhance(source, target, lambda _: None, packed)
    assert target.read_bytes() == whole.read_bytes()


def test_one_span_fades_into_the_next(tmp_path: Path) -> None:
    """Whatever is remembered: here the number of pictures that were seen, as their brightness."""

    class Counting:
        def upright(self, picture: av.VideoFrame) -> np.ndarray:
            return picture.to_ndarray(format="bgr24")

        def step(
            self, seen: int | None, frame: np.ndarray, time: float
        ) -> tuple[int, np.ndarray, tuple[()]]:
            height, width = frame.shape[:2]
            seen = (seen or 0) + 1
            return seen, np.full((height * 3 // 2, width), 30 + seen, np.uint8), ()

    def setup(context: VideoCodecContext) -> None:
        context.width, context.height, context.pix_fmt = 96, 64, "yuv420p"

    film(source := tmp_path / "in.mp4", 26, rate=5, spoken=1)
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        drawn = VideoProcessor(stream, Fraction(0), "rawvideo", setup, Counting(), [20])
        for packet in container.demux(stream):
            drawn.take(packet)
    levels = [made.data[0] for made in drawn.checkpoint()[1]]
    assert levels[0] == 31 and levels[78] == 109 and levels[100:] == [*range(81, 111)]
    assert np.abs(np.diff(levels)).max() <= 3


def test_only_long_films_whose_picture_is_drawn_are_made_in_spans(tmp_path: Path) -> None:
    film(source := tmp_path / "in.mp4", 1)
    assert enhancer(mirror=True).spans(source) == []
    assert [span.begin for span in spans_of(7 * 60)] == [0]
    assert [span.begin for span in spans_of(11 * 60)] == [0, 300]
    assert [span.begin for span in spans_of(3600)] == [*range(0, 3600, 300)]


@pytest.mark.parametrize(
    "setting", [{"framing": "auto"}, {"background": "blur", "people": "me"}, {"face": 1}]
)
def test_what_goes_by_what_was_long_ago_is_not_made_in_spans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: dict[str, object]
) -> None:
    monkeypatch.setattr(spans, "LENGTH", 10)
    film(source := tmp_path / "in.mp4", 26, rate=5, spoken=1)
    assert len(enhancer(mirror=True).spans(source)) == 3
    assert enhancer(mirror=True, **setting).spans(source) == []


def test_a_decoder_goes_on_from_the_key_frame_before_a_time(tmp_path: Path) -> None:
    film(source := tmp_path / "in.mp4", 12)
    position = position_at(source, 0, 11 * 12_800)
    assert position.key == 250  # of x264's, ten seconds apart
    with av.open(str(source)) as container:
        decoder = PictureDecoder(container.streams.video[0])
        decoder.restore(position)
        packets = container.demux(container.streams.video[0])
        times = [picture.time for packet in packets for _, picture in decoder.of(packet)]
    assert times == [11 + number / 25 for number in range(25)]


def test_a_span_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    film(source := tmp_path / "in.mp4", 1)
    (damaged := tmp_path / "span").write_bytes(b"none")
    with pytest.raises(VcamError, match="span"):
        enhancer(mirror=True).enhance(source, tmp_path / "out.mp4", lambda _: None, [damaged])
    assert {path.name for path in tmp_path.iterdir()} == {"in.mp4", "span"}


def test_what_is_missing_in_spans_is_told_of_the_film() -> None:
    parts = [
        Findings(None, None, {0: Loss(0, 300, None)}, []),
        Findings(310.0, None, {0: Loss(250, 600, 310.0)}, []),
        Findings(650.0, None, {0: Loss(150, 700, 650.0)}, []),
    ]
    with pytest.raises(VcamError, match="310.0"):
        judged(Path("film.mp4"), joined(parts))
    cut = Cut(700, 900)
    parts[-1] = parts[-1]._replace(cut=cut)
    assert judged(Path("film.mp4"), joined(parts)) == (310.0, cut)
