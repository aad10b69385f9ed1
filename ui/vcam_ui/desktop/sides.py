"""Plays one of two sounds of the same moments; the other one takes over where it is."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QIODevice, QObject, QTimer, Signal
from PySide6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices

from vcam.schema.trial import RATE

_BUFFER = RATE // 5
"""Samples: what is still played of one side after the other was chosen."""
_FEED_MS = 20
_FADE = RATE // 100


class Sides(QObject):
    """`sounds` are before and after, 16 bits, mono. `moved` tells that the `place` is another one,
    or that it does not play any more."""

    moved = Signal()

    def __init__(self, sounds: tuple[array[int], array[int]], parent: QObject) -> None:
        super().__init__(parent)
        self._sounds = sounds
        self.side = 1
        self._heard = 1  # the side of what was played last
        self._next = 0
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._feed = QTimer(self, interval=_FEED_MS)
        self._feed.timeout.connect(self._write)

    @staticmethod
    def possible() -> bool:
        """Whether there is anything to play on."""
        output = QMediaDevices.defaultAudioOutput()
        return not output.isNull() and output.isFormatSupported(_format())

    @property
    def playing(self) -> bool:
        return self._sink is not None

    @property
    def place(self) -> float:
        """Where it is heard, 0 to 1."""
        ahead = 0
        if self._sink is not None:
            ahead = (self._sink.bufferSize() - self._sink.bytesFree()) // 2
        return max(0, self._next - ahead) / max(1, len(self._sounds[0]))

    def play(self) -> None:
        """From where it is; from the beginning when it is at its end."""
        if self.playing:
            return
        if self._next >= len(self._sounds[0]):
            self._next = 0
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), _format(), self)
        self._sink.setBufferSize(2 * _BUFFER)
        self._device = self._sink.start()
        self._feed.start()
        self._write()

    def stop(self) -> None:
        """Stays where it is."""
        if self._sink is not None:
            self._next = round(self.place * len(self._sounds[0]))
            self._feed.stop()
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = self._device = None
            self.moved.emit()

    def seek(self, place: float) -> None:
        self._next = round(place * len(self._sounds[0]))
        self.moved.emit()

    def _write(self) -> None:
        if self._sink is None or self._device is None:
            return
        room = self._sink.bytesFree() // 2
        chunk = self._sounds[self.side][self._next : self._next + room]
        if self.side != self._heard and len(chunk) >= _FADE:
            before = self._sounds[self._heard][self._next : self._next + _FADE]
            for i in range(_FADE):
                chunk[i] = (before[i] * (_FADE - i) + chunk[i] * i) // _FADE
            self._heard = self.side
        if chunk:
            written = self._device.write(chunk.tobytes())
            self._next += max(0, written) // 2
        elif self._sink.state() == QAudio.State.IdleState:  # all has been heard
            self.stop()
            self._next = 0
        self.moved.emit()


def _format() -> QAudioFormat:
    found = QAudioFormat()
    found.setSampleRate(RATE)
    found.setChannelCount(1)
    found.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return found
