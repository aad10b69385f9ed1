"""Sound tracks of a film that are louder than full scale, as samples that are floats can be."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from vcam.offline import media
from vcam.offline.enhance.sound import headroom
from vcam.offline.sound_track import SoundDecoder
from vcam.offline.timestamps import demuxed


def scales_of(source: Path, tracks: Collection[int]) -> dict[int, float]:
    """What the sound of these streams is divided by on its way, where it is floats. Raises
    VcamError."""
    with media.opened(source) as container:
        streams = [
            stream
            for stream in container.streams.audio
            if stream.index in tracks and stream.format.name.startswith(("flt", "dbl"))
        ]
        if not streams:
            return {}
        decoders = {stream.index: SoundDecoder(stream) for stream in streams}
        peaks = dict.fromkeys(decoders, 0.0)
        for packet in demuxed(source, container, streams):
            index = packet.stream.index
            for sound in decoders[index].decode(packet):
                loudness = np.abs(sound)
                loudest = loudness.max(initial=0.0, where=np.isfinite(loudness))
                peaks[index] = max(peaks[index], float(loudest))
    return {index: headroom(peak, decoders[index].rate) for index, peak in peaks.items()}
