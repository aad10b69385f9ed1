"""What was found in a film while it was gone through: what is missing, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from vcam.media_file.promised import Cut
from vcam.offline.enhance.sound import refuse_silence
from vcam.schema.errors import VcamError


class Loss(NamedTuple):
    """What could not be decoded of a stream: seconds of it, how long the stream is, and when the
    first was; times from the film's beginning."""

    seconds: float
    until: float
    first: float | None


class Findings(NamedTuple):
    """`damage` is the time of the first damage that was passed over, seconds from the film's
    beginning, `cut` what is missing at the end, `losses` by the streams' indices, `peaks` the
    largest samples of each sound track, before and after."""

    damage: float | None
    cut: Cut | None
    losses: Mapping[int, Loss]
    peaks: Sequence[tuple[float, float]]

    def with_picture(self, apart: Findings) -> Findings:
        """With what was found in a picture that was made apart."""
        damage = _first([self.damage, apart.damage])
        return self._replace(damage=damage, losses={**self.losses, **apart.losses})


def judged(source: Path, found: Findings) -> tuple[float | None, Cut | None]:
    """What is missing, for `what_is_missing`.

    Raises VcamError where most of a stream could not be decoded, or nothing is heard any more.
    """
    for loss in found.losses.values():
        if found.cut is None and loss.first is not None and loss.seconds > loss.until / 2:
            raise VcamError("media.damaged", path=source, seen=f"{loss.first:.1f}")
    refuse_silence(source, found.peaks)
    return found.damage, found.cut


def joined(parts: Sequence[Findings]) -> Findings:
    """In a film's picture, by what was found in its spans, in order."""
    losses = {
        index: Loss(
            sum(part.losses[index].seconds for part in parts),
            max(part.losses[index].until for part in parts),
            _first(part.losses[index].first for part in parts),
        )
        for index in parts[0].losses
    }
    return Findings(_first(part.damage for part in parts), parts[-1].cut, losses, [])


def _first(times: Iterable[float | None]) -> float | None:
    return min((time for time in times if time is not None), default=None)
