"""A long film whose pictures are made in spans is the film that one run makes."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.archive.running import film
from tests.material import person_in_a_room
from vcam.media_file.promised import Cut
from vcam.networks.picture import open_picture
from vcam.offline.enhance import spans
from vcam.offline.enhance.batch import Enhancer
from vcam.offline.enhance.findings import Findings, Loss, joined, judged
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.pictures import PictureDecoder, position_at
from vcam.offline.enhance.spans import LEAD_IN, Span, spans_of
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings
from vcam.video.options import video_options
from vcam.video.pipeline import VideoPipeline


def enhancer(**settings: object) -> Enhancer:
    options = EnhanceOptions(settings=for_recordings(lips="off", denoiser="fast", **settings))
    return Enhancer(options, lambda _file, _done: None)


def test_joined_spans_are_the_film_of_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "LENGTH", 10)
    film(source := tmp_path / "in.mp4", 26, rate=5, spoken=3)
    whole, target = tmp_path / "whole.mp4", tmp_path / "out.mp4"
    working = enhancer(mirror=True)
    working.enhance(source, whole, lambda _: None)
    found = working.spans(source)
    assert found == [Span(0, 10), Span(10, 20), Span(20)]
    packed = [tmp_path / str(span.begin) for span in found]
    for span, file in zip(found, packed, strict=True):
        working.make_span(source, target, span, file)
    working.enhance(source, target, lambda _: None, packed)
    assert target.read_bytes() == whole.read_bytes()


def test_only_long_films_whose_picture_is_drawn_are_made_in_spans(tmp_path: Path) -> None:
    film(source := tmp_path / "in.mp4", 1)
    assert enhancer(mirror=True).spans(source) == []
    assert [span.begin for span in spans_of(7 * 60)] == [0]
    assert [span.begin for span in spans_of(11 * 60)] == [0, 300]
    assert [span.begin for span in spans_of(3600)] == [*range(0, 3600, 300)]


def test_a_decoder_goes_on_from_the_key_frame_before_a_time(tmp_path: Path) -> None:
    film(source := tmp_path / "in.mp4", 12)
    position = position_at(source, 0, Fraction(11))
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


def test_what_is_drawn_after_the_lead_in_is_what_one_run_draws() -> None:
    """A person who moves a little, before a blurred room."""
    picture, _ = person_in_a_room(240, 320, size=0.5)
    frames = [np.roll(picture, round(6 * np.sin(number / 4)), 1) for number in range(110)]
    settings = for_recordings(background="blur")
    options = video_options(settings, (320, 240))
    networks = open_picture(options.networks)

    def drawn(first: int) -> list[np.ndarray]:
        pipeline, state, pictures = VideoPipeline(networks), None, []
        for number, frame in list(enumerate(frames))[first:]:
            state, result = pipeline.step(state, frame, number / 5, options)
            pictures.append(result.picture)
        return pictures[5 * 20 - first :]

    for one, other in zip(drawn(0), drawn(5 * (20 - LEAD_IN)), strict=True):
        assert np.abs(one.astype(int) - other).max() <= 2
