"""The status: what the daemon knows about itself, as one schema."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from vcam.schema.held import HeldKey
from vcam.schema.reasons import Reason

State = Literal["off", "starting", "live", "standby", "degraded", "failed"]


class FloorStatus(BaseModel):
    """What picture and sound have in common. `reasons` explain the state, the worst first."""

    state: State = "off"
    reasons: list[Reason] = Field(default_factory=list)
    source: str | None = None
    sink: str | None = None

    @property
    def reason(self) -> Reason | None:
        """The worst; None when nothing is amiss."""
        return self.reasons[0] if self.reasons else None

    def idle(self) -> Self:
        """The same while no process works at it."""
        raise NotImplementedError


class SeenFace(BaseModel):
    """A face in the published picture: its number, its box, as shares of width and height, and
    whether its lips are listened to."""

    id: int
    left: float
    top: float
    right: float
    bottom: float
    heard: bool = False


class VideoStatus(FloorStatus):
    """The picture's side. Times are milliseconds; `stages` has those of each stage by its name.
    `faces` are those that are looked at, `face` says whether one's lips can be read.

    `sink_problem` says why apps cannot see the picture and what to install; None when they can.
    """

    sink_problem: Reason | None = None
    fps: float = 0.0
    width: int = 0
    height: int = 0
    frame_ms: float = 0.0
    stages: dict[str, float] = Field(default_factory=dict)
    delay_ms: float = 0.0
    effect: str = "none"
    face: bool = False
    faces: list[SeenFace] = Field(default_factory=list)
    provider: str | None = None
    reader_present: bool = False
    readers: list[str] = Field(default_factory=list)
    frames: int = 0
    dropped: int = 0
    reconnects: int = 0
    restarts: int = 0

    def idle(self) -> Self:
        return self.model_copy(update={"fps": 0.0, "faces": []})


class AudioStatus(FloorStatus):
    """The sound's side. Times are milliseconds, levels dBFS (RMS, −120 is silence).

    `denoiser` is the one that works, "" for none, and `denoiser_ms` what it and the blocks delay.
    `held_ms` is the part of `delay_ms` for which the sound waits for the picture. `echo`: that of
    the loudspeakers is being taken away. `unheard`: somebody speaks into the muted microphone.
    `trial` is how many seconds of a trial are there, 0 while none is made. `monitor_ms` is how late
    people hear themselves live, 0 while they do not.
    """

    blocks: int = 0
    late_blocks: int = 0
    bypassed_blocks: int = 0
    block_ms: float = 0.0
    delay_ms: float = 0.0
    held_ms: float = 0.0
    xruns: int = 0
    reader_present: bool = False
    readers: list[str] = Field(default_factory=list)
    level_in_db: float = -120.0
    level_out_db: float = -120.0
    gate: float = 0.0
    echo: bool = False
    unheard: bool = False
    trial: float = 0.0
    monitor_ms: float = 0.0
    provider: str | None = None
    denoiser: str = ""
    denoiser_ms: float = 0.0
    reconnects: int = 0
    restarts: int = 0

    def idle(self) -> Self:
        none = {"gate": 0.0, "echo": False, "unheard": False, "trial": 0.0, "monitor_ms": 0.0}
        return self.model_copy(update={**none, "level_in_db": -120.0, "level_out_db": -120.0})


class RecordStatus(BaseModel):
    """The recording. `file` is the one that is being written, or the last one that was.

    `state` is `finishing` while a recording is brought to its end, and `failed` when the last one
    ended by itself, with the `reason`; one that stands still has a reason too. `seconds` is its
    length, `dropped` counts the pictures that are missing in it.
    """

    state: Literal["off", "recording", "finishing", "failed"] = "off"
    file: str | None = None
    seconds: float = 0.0
    dropped: int = 0
    reason: Reason | None = None


class Status(BaseModel):
    """The whole daemon. `speaker` is the Enhanced Speaker's side, whose readers play into it.
    `held` is the key that somebody holds. `hints` are worth showing to the user now, `preset` says
    which preset a rule has put in force, and why.
    """

    version: str = ""
    video: VideoStatus = Field(default_factory=VideoStatus)
    audio: AudioStatus = Field(default_factory=AudioStatus)
    speaker: AudioStatus = Field(default_factory=AudioStatus)
    record: RecordStatus = Field(default_factory=RecordStatus)
    preview: str | None = None
    held: HeldKey | None = None
    preset: Reason | None = None
    hints: list[Reason] = Field(default_factory=list)

    def printed(self) -> dict[str, Any]:
        """For `--json`: what is amiss and the hints as sentences, `reason` and `hints`, which
        scripts rely on, and beside them as values: `reasons`."""
        found = self.model_dump(mode="json")
        for floor in (found["video"], found["audio"], found["speaker"], found["record"]):
            reasons = floor.setdefault("reasons", [floor["reason"]] if floor.get("reason") else [])
            floor["reason"] = reasons[0]["text"] if reasons else None
        problem = self.video.sink_problem
        found["video"]["sink_problem"] = str(problem) if problem else None
        found["preset"] = str(self.preset) if self.preset else None
        found["reasons"] = found["hints"]
        found["hints"] = [str(hint) for hint in self.hints]
        return found
