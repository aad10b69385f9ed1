"""Plays a recording, as it was and enhanced, one in place of the other at the same moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Q_ARG, QEvent, QMetaObject, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vcam_ui import icons, theme
from vcam_ui.widgets.controls import button, label
from vcam_ui.windows.recordings.library import Recording
from vcam_ui.words.language import tr
from vcam_ui.words.record_news import clock


class Player(QWidget):
    """`moved` carries the position in seconds, `failed` a sentence. Without a `picture` it is for
    sounds."""

    moved = Signal(float)
    failed = Signal(str)

    def __init__(self, *, picture: bool = True) -> None:
        super().__init__()
        self._recording: Recording | None = None
        self._begin: tuple[int, bool] | None = None  # where to, and whether to play
        self._screen = _Screen()
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._screen.show_frame)
        self._screen.shaped.connect(self._fit)
        self._media = QMediaPlayer(self)
        self._media.setVideoSink(self._sink)
        self._media.setAudioOutput(QAudioOutput(self))
        self._media.positionChanged.connect(self._on_position)
        self._media.durationChanged.connect(self._on_duration)
        self._media.playbackStateChanged.connect(lambda _: self._draw())
        # Queued: while it tells its status it takes no orders.
        self._media.mediaStatusChanged.connect(self._on_status, Qt.ConnectionType.QueuedConnection)
        self._media.errorOccurred.connect(self._on_error)

        self.play_button = button("")
        self.play_button.clicked.connect(self.toggle)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(tr("Position"))
        self._slider.setSingleStep(5000)
        self._slider.setPageStep(30000)
        self._slider.setMinimumWidth(80)
        self._slider.valueChanged.connect(self._on_slider)
        self._time = label("0:00", tone="muted")
        self.original = self._side(tr("Original"))
        self.enhanced = self._side(tr("Enhanced"))
        sides = QButtonGroup(self)
        for side in (self.original, self.enhanced):
            sides.addButton(side)
        self.enhanced.setChecked(True)
        sides.buttonToggled.connect(self._on_side)

        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        bar.addWidget(self.play_button)
        bar.addWidget(self._slider, 1)
        bar.addWidget(self._time)
        beside = QHBoxLayout()
        beside.setSpacing(theme.GAP)
        beside.addStretch(1)
        beside.addWidget(self.original)
        beside.addWidget(self.enhanced)
        beside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._screen)
        self._screen.setVisible(picture)
        column.addLayout(bar)
        column.addLayout(beside)
        column.addStretch(1)
        self._draw()
        self.show_recording(None)

    @property
    def position(self) -> float:
        """Seconds."""
        return self._media.position() / 1000

    @property
    def pictures(self) -> int:
        """How many have been shown."""
        return self._screen.pictures

    @property
    def playing(self) -> bool:
        return self._media.playbackState() == QMediaPlayer.PlaybackState.PlayingState

    def show_recording(
        self, recording: Recording | None, *, begin: float = 0.0, play: bool = False
    ) -> None:
        """Opens it there, in seconds; paused unless it is to `play`."""
        self._recording = recording
        both = recording is not None and recording.original and recording.enhanced
        for side in (self.original, self.enhanced):
            side.setVisible(bool(both))
        self._fit()
        self.play_button.setEnabled(recording is not None)
        self._slider.setEnabled(recording is not None)
        self._open(round(1000 * begin), play=play)

    def toggle(self) -> None:
        if self.playing:
            self._media.pause()
        else:
            self._media.play()

    def seek(self, seconds: float) -> None:
        self._media.setPosition(round(1000 * seconds))

    def stop(self) -> None:
        self._media.pause()

    def unload(self) -> None:
        """Lets go of the film. Needed before the end: QMediaPlayer's destructor holds Python's lock
        while it waits for threads that want it."""
        self._begin = None
        QMetaObject.invokeMethod(self._media, "stop", Qt.ConnectionType.DirectConnection)
        self._load(QUrl())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "play_button"):
            self._draw()

    def _fit(self) -> None:
        """As wide as there is room and never higher than the room, the buttons right beneath."""
        below = self.play_button.sizeHint().height() + theme.GAP
        if self.original.isVisibleTo(self):
            below += self.original.sizeHint().height() + theme.GAP
        room = self.height() - below - theme.GAP
        self._screen.setFixedHeight(max(90, min(round(self.width() / self._screen.aspect), room)))

    def _side(self, text: str) -> QPushButton:
        result = button(text)
        result.setCheckable(True)
        return result

    def _on_side(self, _side: object, on: bool) -> None:
        if on:
            self._open(self._media.position(), play=self.playing)

    def _open(self, position: int, *, play: bool) -> None:
        film = self._chosen()
        self._screen.clear(tr("Choose a recording") if film is None else "")
        self._begin = (position, play)
        self._load(QUrl())
        if film is not None:
            self._load(QUrl.fromLocalFile(str(film)))

    def _load(self, film: QUrl) -> None:
        # Invoked, as stop() is, because a plain call keeps Python's lock while it waits for a lock
        # of Qt's, which the film's threads hold while they wait for Python's.
        direct = Qt.ConnectionType.DirectConnection
        QMetaObject.invokeMethod(self._media, "setSource", direct, Q_ARG(QUrl, film))

    def _chosen(self) -> Path | None:
        recording = self._recording
        if recording is None:
            return None
        if self.original.isChecked() and recording.original is not None:
            return recording.original
        return recording.newest

    def _on_status(self) -> None:
        # Asked and not taken from the signal, which may tell of the film before.
        loaded = QMediaPlayer.MediaStatus.LoadedMedia
        if self._media.mediaStatus() != loaded or self._begin is None:
            return
        (position, play), self._begin = self._begin, None
        if not self._media.hasVideo():
            self._screen.clear(tr("This recording has no picture"))
        self._media.pause()  # which shows the picture there
        self._media.setPosition(position)
        if play:
            self._media.play()

    def _on_error(self, _error: QMediaPlayer.Error, _text: str) -> None:
        name = self._media.source().fileName()
        self._screen.clear("")
        self.failed.emit(tr("{name} cannot be played; it may be damaged.").format(name=name))

    def _on_position(self, position: int) -> None:
        if not self._slider.isSliderDown():
            self._slider.blockSignals(True)
            self._slider.setValue(position)
            self._slider.blockSignals(False)
        whole = clock(self._media.duration() / 1000)
        self._time.setText(f"{clock(position / 1000)} / {whole}")
        self.moved.emit(position / 1000)

    def _on_duration(self, length: int) -> None:
        self._slider.setRange(0, length)
        self._on_position(self._media.position())

    def _on_slider(self, value: int) -> None:
        self._media.setPosition(value)

    def _draw(self) -> None:
        name, text = ("pause", tr("Pause")) if self.playing else ("play", tr("Play"))
        self.play_button.setIcon(icons.icon(name, theme.colors().text))
        self.play_button.setAccessibleName(text)
        self.play_button.setToolTip(text)


class _Screen(QWidget):
    """The picture, whole and in its own proportions, or a sentence."""

    shaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures = 0
        self.aspect = 16 / 9
        self._picture = QImage()
        self._message = ""
        self.setMinimumWidth(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("The recording's picture"))

    def show_frame(self, frame: QVideoFrame) -> None:
        picture = frame.toImage()
        if not picture.isNull():
            if picture.size() != self._picture.size():
                self.aspect = picture.width() / picture.height()
                self.shaped.emit()
            self._picture, self.pictures = picture, self.pictures + 1
            self.update()

    def clear(self, message: str) -> None:
        self._picture, self._message = QImage(), message
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 10, 10)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor("#0E1114"))
        if self._picture.isNull():
            painter.setPen(QColor("#C6CDD4"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 8, -16, -8), int(flags), self._message)
            return
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(x, y, size.width(), size.height()), self._picture)
