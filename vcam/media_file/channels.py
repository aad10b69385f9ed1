"""Sound whose channels lie in an order of their own, as cutting rooms write it into MOV and CAF,
and as Vorbis has it."""

from __future__ import annotations

import ctypes

from av.audio.stream import AudioStream

SPEAKERS = ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC")
"""In FFmpeg's usual order, which is that of the bits of a WAV's mask too."""

VORBIS = {
    3: (0, 2, 1),
    5: (0, 2, 1, 3, 4),
    6: (0, 2, 1, 4, 5, 3),
    7: (0, 2, 1, 5, 6, 4, 3),
    8: (0, 2, 1, 6, 7, 4, 5, 3),
}
"""Where each of so many channels of Vorbis (Vorbis I specification, 4.3.9) lies in the usual order;
of other counts they lie there already."""


def usual_order(stream: AudioStream) -> list[int] | None:
    """Where each channel of the usual order lies in what the stream's decoder gives; None when it
    lies there already. To be asked before the stream is decoded and before its layout or its count
    of channels is: it has the usual layout then.

    PyAV 18 frees the list of such channels together with each layout that it tells of, though the
    decoder still has it, and the program dies of that. So this one is never let go.
    """
    layout = stream.codec_context.layout
    if " channels (" not in layout.name:
        return None
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(layout))
    names = [channel.name for channel in layout.channels]
    if len(set(names)) < len(names) or not set(names) <= set(SPEAKERS):
        stream.codec_context.layout = f"{len(names)} channels"
        return None
    usual = sorted(names, key=SPEAKERS.index)
    stream.codec_context.layout = "+".join(usual)
    return [names.index(name) for name in usual]
