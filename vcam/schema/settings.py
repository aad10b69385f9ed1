"""The one settings schema, and changes by text (`vcam set KEY=VALUE`). It reads no disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from vcam.schema.declaration import N_, Declared, declared, setting
from vcam.schema.errors import VcamError

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_VOICE = re.compile(r"\w+\.[\w-]{131}=", re.ASCII)
"""`vcam.audio.stages.my_voice.Profile` as text."""
_LAST_FACE = 2**31 - 1
"""Faces are counted for as long as the camera runs, in 32 bits (`vcam.lips.RECORD`)."""


class Settings(BaseModel):
    """What the user chose. Every field takes effect in a running call.

    A picture as the background need not be there: whoever shows it says when it is not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    camera: str = setting(
        "auto",
        title=N_("Camera"),
        help=N_("The webcam that is enhanced."),
        group="devices",
        values="auto, a name or number, a video file, demo",
    )
    microphone: str = setting(
        "auto",
        title=N_("Microphone"),
        help=N_("The microphone that is enhanced."),
        group="devices",
        values="auto, a name or number, a media file, demo",
    )
    turn: Literal["0", "90", "180", "270"] = setting(
        "0",
        title=N_("Turned by"),
        help=N_("How far to the right the picture is turned, of a camera that hangs askew."),
        group="devices",
        names={
            "0": N_("0°"),
            "90": N_("90°"),
            "180": N_("180°"),
            "270": N_("270°"),
        },
    )
    width: int = setting(
        1280,
        ge=160,
        le=3840,
        multiple_of=2,
        unit="px",
        title=N_("Width"),
        help=N_("How wide the Enhanced Camera's picture is."),
        group="quality",
    )
    height: int = setting(
        720,
        ge=120,
        le=2160,
        multiple_of=2,
        unit="px",
        title=N_("Height"),
        help=N_("How high the Enhanced Camera's picture is."),
        group="quality",
    )
    fps: int = setting(
        30,
        ge=5,
        le=60,
        unit="fps",
        title=N_("Frame rate"),
        help=N_("How many pictures a second the Enhanced Camera gives at most."),
        group="quality",
    )
    background: str = setting(
        "blur",
        title=N_("Background"),
        help=N_("What is seen in place of the room behind you."),
        group="background",
        values="none, blur, a colour like #1e5f3c, the path of a picture or film",
        recordings=True,
    )
    blur: int = setting(
        60,
        ge=0,
        le=100,
        unit="%",
        title=N_("Blur strength"),
        help=N_("How far the room is out of focus."),
        group="background",
        when=lambda settings: settings.background == "blur",
        recordings=True,
    )
    dim: int = setting(
        0,
        ge=-50,
        le=90,
        unit="%",
        title=N_("Darker"),
        help=N_("How much light the background loses, so that you stand out; below 0 it gains."),
        group="background",
        recordings=True,
    )
    fade: int = setting(
        0,
        ge=0,
        le=100,
        unit="%",
        title=N_("Less colour"),
        help=N_("How much colour the background loses; at 100 % it is grey."),
        group="background",
        recordings=True,
    )
    feather: int = setting(
        2,
        ge=0,
        le=20,
        unit="px",
        title=N_("Soft edge"),
        help=N_("How wide you fade into the background, in a picture 720 px high."),
        group="background",
        when=lambda settings: settings.background != "none",
        recordings=True,
    )
    people: Literal["everyone", "nearest", "me"] = setting(
        "everyone",
        title=N_("Who is in"),
        help=N_(
            "Of several people; in a call, a click on a face in the picture makes it you alone."
        ),
        group="background",
        names={
            "everyone": N_("All"),
            "nearest": N_("Nearest"),
            "me": N_("Only me"),
        },
        when=lambda settings: settings.background != "none" or settings.dim or settings.fade,
        recordings=True,
    )
    brightness: bool = setting(
        True,
        title=N_("Automatic brightness"),
        help=N_("Lifts your face out of the dark, gently."),
        group="picture",
        recordings=True,
    )
    low_light: Literal["off", "auto"] = setting(
        "off",
        title=N_("Less noise in the dark"),
        help=N_("Takes the camera's noise out of the picture where there is any."),
        group="picture",
        recordings=True,
    )
    touch_up: Literal["off", "light", "strong"] = setting(
        "off",
        title=N_("Touch-up"),
        help=N_("Evens out your face's skin; eyes, hair, glasses and beards stay as they are."),
        group="picture",
        names={"off": N_("Off"), "light": N_("Light"), "strong": N_("Strong")},
        recordings=True,
    )
    exposure: int = setting(
        0,
        ge=-50,
        le=50,
        unit="%",
        title=N_("Your brightness"),
        help=N_("Makes you brighter or darker, and leaves the room as it is."),
        group="picture",
        recordings=True,
    )
    light: int = setting(
        0,
        ge=0,
        le=100,
        unit="%",
        title=N_("Portrait light"),
        help=N_("A soft lamp from the side that follows your face."),
        group="picture",
        recordings=True,
    )
    warmth: int = setting(
        20,
        ge=-100,
        le=100,
        unit="%",
        title=N_("Colour of the light"),
        help=N_("From cool to warm; 0 is white."),
        group="picture",
        when=lambda settings: settings.light > 0,
        recordings=True,
    )
    framing: Literal["off", "auto"] = setting(
        "off",
        title=N_("Automatic framing"),
        help=N_("The picture follows you and keeps you in its middle, with all that are there."),
        group="picture",
        recordings=True,
    )
    zoom: int = setting(
        100,
        ge=100,
        le=300,
        unit="%",
        title=N_("Zoom"),
        help=N_("How much nearer you are."),
        group="picture",
        when=lambda settings: settings.framing == "off",
        recordings=True,
    )
    pan_x: int = setting(
        0,
        ge=-100,
        le=100,
        unit="%",
        title=N_("Left or right"),
        help=N_("Which part of the zoomed picture is shown."),
        group="picture",
        when=lambda settings: settings.framing == "off" and settings.zoom > 100,
        recordings=True,
    )
    pan_y: int = setting(
        0,
        ge=-100,
        le=100,
        unit="%",
        title=N_("Up or down"),
        help=N_("Which part of the zoomed picture is shown."),
        group="picture",
        when=lambda settings: settings.framing == "off" and settings.zoom > 100,
        recordings=True,
    )
    mirror: bool = setting(
        False,
        title=N_("Mirror the picture"),
        help=N_("Others see you as in a mirror; writing is reversed."),
        group="picture",
        recordings=True,
    )
    denoise: bool = setting(
        True,
        title=N_("Noise suppression"),
        help=N_("Fans, keyboards and streets fade; your voice stays."),
        group="voice",
        recordings=True,
    )
    strength: int = setting(
        100,
        ge=0,
        le=100,
        unit="%",
        title=N_("Strength"),
        help=N_("How much of the noise is taken away."),
        group="voice",
        when=lambda settings: settings.denoise,
        recordings=True,
    )
    denoiser: Literal["auto", "fast", "best", "dtln"] = setting(
        "auto",
        title=N_("Denoiser"),
        help=N_(
            "The best one listens 20 ms ahead and holds the voice back for as long. Automatic "
            "takes it for recordings, and in calls while there is a picture."
        ),
        group="voice",
        names={
            "auto": N_("Automatic"),
            "fast": N_("Fast"),
            "best": N_("Best"),
            "dtln": N_("DTLN, to 8 kHz"),
        },
        when=lambda settings: settings.denoise,
        recordings=True,
    )
    lips: Literal["off", "auto"] = setting(
        "auto",
        title=N_("Lip guard"),
        help=N_(
            "While the camera sees your mouth, voices that are not yours are held back. Nothing is "
            "stored."
        ),
        group="voice",
        when=lambda settings: settings.denoise,
        recordings=True,
    )
    voices: Literal["everyone", "me"] = setting(
        "everyone",
        title=N_("Whose voice"),
        help=N_(
            "Only me lowers other voices in the room, once yours has been learned: from ten "
            "seconds recorded with this microphone, or from your lips while you speak."
        ),
        group="voice",
        names={"everyone": N_("Everyone"), "me": N_("Only me")},
        when=lambda settings: settings.denoise,
        recordings=True,
    )
    my_voice: str = setting(
        "",
        title=N_("Your voice"),
        help=N_("How your voice sounds, as numbers that nobody can hear; they stay here."),
        group="devices",
        values="what `vcam voice learn` has found, or empty",
        when=lambda settings: settings.denoise and settings.voices == "me",
        recordings=True,
        private=True,
    )
    face: Literal["auto", "everyone"] | Annotated[int, Field(ge=1, le=_LAST_FACE)] = setting(
        "auto",
        title=N_("Your face"),
        help=N_(
            "Who you are: the most prominent face, or one by its number. With everyone, the lips "
            "of all faces on camera count."
        ),
        group="voice",
        values="auto, everyone, a number: 1 is the face seen first",
        when=lambda settings: (
            (settings.denoise and settings.lips == "auto") or settings.people == "me"
        ),
        recordings=True,
    )
    echo: Literal["off", "auto", "on"] = setting(
        "auto",
        title=N_("Echo cancellation"),
        help=N_(
            "What your loudspeakers play is taken out of your microphone. Auto rests while you "
            "wear headphones."
        ),
        group="voice",
    )
    level: bool = setting(
        False,
        title=N_("Automatic level"),
        help=N_(
            "Brings your voice to an even loudness; noise is not lifted. Most meeting programs do "
            "so themselves."
        ),
        group="voice",
    )
    speaker: bool = setting(
        False,
        title=N_("Enhanced Speaker"),
        help=N_(
            "Noise in the voices of others fades, in programs that play on the Enhanced Speaker."
        ),
        group="voice",
    )
    hints: bool = setting(
        True,
        title=N_("Hints"),
        help=N_("Says once in a call when facing the camera would help the sound."),
        group="voice",
        when=lambda settings: settings.denoise and settings.lips == "auto",
    )
    bypass: bool = setting(
        False,
        title=N_("Effects off"),
        help=N_("Sends the camera and the microphone as they are."),
        group="call",
        urgent=True,
    )
    pause: bool = setting(
        False,
        title=N_("Pause camera"),
        help=N_("Others see a standby card in place of you."),
        group="call",
        urgent=True,
    )
    mute: bool = setting(
        False,
        title=N_("Mute"),
        help=N_("Others hear silence in place of you."),
        group="call",
        urgent=True,
    )
    away: bool = setting(
        False,
        title=N_("Away"),
        help=N_("The camera is paused and the microphone muted, until you are back."),
        group="call",
        urgent=True,
    )
    monitor: bool = setting(
        False,
        title=N_("Hear yourself live"),
        help=N_("Plays what others would hear to you; wear headphones, or it howls."),
        group="call",
        kept=False,
    )
    record: bool = setting(
        False,
        title=N_("Record"),
        help=N_("Keeps what others see and hear in your folder of videos."),
        group="call",
        kept=False,
    )

    @classmethod
    def told(cls, answer: dict[str, Any]) -> Settings:
        """What a daemon has answered, also one of another version: without keys that this one does
        not know, and with the default for what does not fit."""
        known = {key: value for key, value in answer.items() if key in cls.model_fields}
        try:
            return cls(**known)
        except ValidationError as error:
            wrong = {fault["loc"][0] for fault in error.errors()}
            return cls(**{key: value for key, value in known.items() if key not in wrong})

    @property
    def colour(self) -> tuple[int, int, int] | None:
        """The background's colour as (blue, green, red), if it is one."""
        if not self.background.startswith("#"):
            return None
        red, green, blue = bytes.fromhex(self.background[1:])
        return blue, green, red

    @property
    def picture(self) -> Path | None:
        """The background's picture, if it is one."""
        chosen = self.background
        return None if chosen in ("none", "blur") or self.colour else Path(chosen)

    @field_validator("background")
    @classmethod
    def _names_a_background(cls, value: str) -> str:
        """By its form alone: a picture that is gone must not stand in the way of other settings."""
        if value.lower() in ("none", "blur") or _COLOUR.fullmatch(value):
            return value.lower()
        path = _at_home(value)
        if not path.is_absolute() or "\0" in value:
            raise ValueError(
                f"'{value}' is neither 'none', 'blur', a colour like #1e5f3c nor the whole path "
                "of a picture"
            )
        return str(path)

    @field_validator("my_voice")
    @classmethod
    def _is_a_voice(cls, value: str) -> str:
        if value and not _VOICE.fullmatch(value):
            raise ValueError("that is nothing `vcam voice learn` has found")
        return value


def _at_home(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:  # nobody's home
        return Path(value)


SETTINGS = declared(Settings)
"""The declarations by key."""


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """A copy with the changes applied; values may be text.

    Those that are on or off take these words as well, and `toggle`.

    Raises VcamError naming the unknown key or the value's fault.
    """
    unknown = sorted(set(changes) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(Settings.model_fields)
        raise VcamError("settings.unknown", name=unknown[0], known=known)
    now = settings.model_dump()
    meant = {key: _meant(SETTINGS[key], now[key], value) for key, value in changes.items()}
    try:
        return Settings(**{**now, **meant})
    except ValidationError as error:
        raise VcamError("settings.unfit", why=first_fault(error)) from error


def _meant(one: Declared, now: Any, value: Any) -> Any:
    if one.states is None or not isinstance(value, str):
        return value
    off, on = one.states
    return {"off": off, "on": on, "toggle": off if now == on else on}.get(value, value)


def parse_assignments(assignments: list[str]) -> dict[str, str]:
    """`["blur=40"]` → `{"blur": "40"}`. Raises VcamError for one without '='."""
    changes = {}
    for assignment in assignments:
        key, separator, value = assignment.partition("=")
        if not separator:
            raise VcamError("settings.no_assignment", text=assignment)
        changes[key.strip()] = value.strip()
    return changes


def first_fault(error: ValidationError) -> str:
    """Of the first setting that does not fit; one that may be of several kinds fits none."""
    name = error.errors()[0]["loc"][0]
    said = [fault["msg"] for fault in error.errors() if fault["loc"][0] == name]
    if said[0].startswith("Input should be "):
        return f"{name} should be {' or '.join(m.removeprefix('Input should be ') for m in said)}"
    return f"{name}: {said[0].removeprefix('Value error, ')}"
