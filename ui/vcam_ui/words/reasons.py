"""The sentences of the daemon and of the doctor in the windows' language.

They come in English, with names and numbers filled in. Each is found again by its template and
said with the same names and numbers; a sentence that no template fits stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP

from vcam_ui.words.language import tr

TEMPLATES = (
    # Sentences around another one, which comes first.
    QT_TRANSLATE_NOOP("", "{why} Using {name} meanwhile."),
    QT_TRANSLATE_NOOP("", "{why} The picture comes from {name} meanwhile."),
    QT_TRANSLATE_NOOP("", "{why}; it is started again {when}."),
    QT_TRANSLATE_NOOP(
        "",
        "There is no {device} because {why}; start one: systemctl --user start pipewire-pulse, or "
        "pulseaudio --start.",
    ),
    QT_TRANSLATE_NOOP("", "There is no {device} in PipeWire: {why}; {command}."),
    QT_TRANSLATE_NOOP("", "There is no {device} in PipeWire because no server answers; {command}."),
    QT_TRANSLATE_NOOP("", "There is no {device}: {why}; {command}."),
    QT_TRANSLATE_NOOP("", "That setting does not fit: {why}."),
    # Cameras.
    QT_TRANSLATE_NOOP(
        "", "No camera was found; plug one in, or choose a file or 'demo' with --camera."
    ),
    QT_TRANSLATE_NOOP("", "There is no camera or video file '{name}'; cameras here: {names}."),
    QT_TRANSLATE_NOOP("", "The camera '{name}' is not there; plug it in again."),
    QT_TRANSLATE_NOOP("", "The camera '{name}' was unplugged; it is used again once it is back."),
    QT_TRANSLATE_NOOP("", "The camera '{name}' is in use by {others}; close it there first."),
    QT_TRANSLATE_NOOP(
        "",
        "The camera '{name}' gives no picture; close other programs that use it, or plug it in "
        "again.",
    ),
    QT_TRANSLATE_NOOP("", "The camera '{name}' stopped giving pictures; plug it in again."),
    QT_TRANSLATE_NOOP("", "The camera '{name}' sent a broken picture."),
    QT_TRANSLATE_NOOP(
        "",
        "You may not use the camera '{name}'; add yourself to the group that owns it: sudo usermod "
        "-aG video $USER, then log in again.",
    ),
    QT_TRANSLATE_NOOP("", "The camera cannot be opened ({error})."),
    # Microphones.
    QT_TRANSLATE_NOOP(
        "", "No microphone was found; plug one in, or choose a file or 'demo' with --microphone."
    ),
    QT_TRANSLATE_NOOP(
        "", "There is no microphone or sound file '{name}'; microphones here: {names}."
    ),
    QT_TRANSLATE_NOOP(
        "", "The microphone {name} cannot be opened; it may just have been unplugged."
    ),
    QT_TRANSLATE_NOOP(
        "", "The microphone {name} cannot be opened ({error}); another program may hold it."
    ),
    QT_TRANSLATE_NOOP("", "The microphone {name} is gone."),
    QT_TRANSLATE_NOOP("", "The microphone {name} gave no sound."),
    QT_TRANSLATE_NOOP("", "The microphone {name} gives no sound."),
    QT_TRANSLATE_NOOP("", "The microphone or the sound server does not answer."),
    # What apps see and hear.
    QT_TRANSLATE_NOOP("", "The sound server does not take our sound."),
    QT_TRANSLATE_NOOP("", "The sound server no longer takes our sound."),
    QT_TRANSLATE_NOOP("", "The {device}'s device is gone; load it again: {command}."),
    QT_TRANSLATE_NOOP(
        "",
        "{device} is already used as a camera by {name} (process {number}); close that program.",
    ),
    QT_TRANSLATE_NOOP(
        "",
        "The {device} stays at {size} while programs use it and cannot become {other}; choose "
        "another camera in those programs first.",
    ),
    QT_TRANSLATE_NOOP("", "PipeWire has gone and the {device} with it; {command}."),
    QT_TRANSLATE_NOOP("", "v4l2loopback is not installed"),
    QT_TRANSLATE_NOOP("", "v4l2loopback is not loaded"),
    QT_TRANSLATE_NOOP("", "libpulse is not installed"),
    QT_TRANSLATE_NOOP("", "no sound server answers"),
    QT_TRANSLATE_NOOP("", "the PipeWire server does not answer"),
    QT_TRANSLATE_NOOP("", "the server does not answer"),
    QT_TRANSLATE_NOOP("", "the server does not take the camera"),
    QT_TRANSLATE_NOOP("", "the PipeWire server refuses the camera"),
    # Effects.
    QT_TRANSLATE_NOOP("", "The background '{path}' is not a picture; choose another one."),
    QT_TRANSLATE_NOOP("", "The background picture cannot be shown; choose another one."),
    QT_TRANSLATE_NOOP("", "There is no portrait model, so the picture is held back."),
    QT_TRANSLATE_NOOP("", "The portrait model failed ({error}), so the picture is held back."),
    QT_TRANSLATE_NOOP("", "The face network failed ({error})."),
    QT_TRANSLATE_NOOP("", "The denoiser fails ({error}); the voice is plain."),
    QT_TRANSLATE_NOOP("", "The lip gate fails ({error}) and is left out."),
    QT_TRANSLATE_NOOP("", "Face the camera for better sound."),
    # Workers.
    QT_TRANSLATE_NOOP("", "The {name} worker hung and was ended"),
    QT_TRANSLATE_NOOP("", "The {name} worker was ended by {signal}"),
    QT_TRANSLATE_NOOP("", "The {name} worker ended by itself (exit code {number})"),
    QT_TRANSLATE_NOOP("", "The {name} worker crashed ({error})"),
    QT_TRANSLATE_NOOP("", "The {name} worker could not be started ({error})"),
    # Settings.
    QT_TRANSLATE_NOOP(
        "",
        "The settings file could not be understood ({error}); it is kept as {path} and the "
        "defaults are used.",
    ),
    QT_TRANSLATE_NOOP(
        "",
        "The settings could not be saved to {path} ({error}); the old ones are kept. Free some "
        "space or mend the folder's permissions.",
    ),
    # Recordings.
    QT_TRANSLATE_NOOP(
        "",
        "Recordings cannot be written to {folder} ({error}); mend the folder's permissions or free "
        "some space.",
    ),
    QT_TRANSLATE_NOOP("", "The recording {path} cannot be written ({error})."),
    QT_TRANSLATE_NOOP("", "The disk is full; what was recorded until now is in {path}."),
    QT_TRANSLATE_NOOP("", "No picture came, so nothing was recorded."),
    QT_TRANSLATE_NOOP("", "The recorder ended unexpectedly; what was recorded until then is kept."),
    QT_TRANSLATE_NOOP("", "{path} does not exist."),
    QT_TRANSLATE_NOOP(
        "",
        "{path} cannot be read as a recording; it is damaged or of an unknown kind.",
    ),
    QT_TRANSLATE_NOOP("", "{path} is damaged after {seen} seconds; copy it again."),
    QT_TRANSLATE_NOOP("", "{path} breaks off after {seen} of {length} seconds; copy it again."),
    QT_TRANSLATE_NOOP("", "{path} has no sound to clean; choose a --background or --superres."),
    QT_TRANSLATE_NOOP("", "{path} has no sound; there is nothing to write down."),
    QT_TRANSLATE_NOOP("", "{path} cannot be written ({error})."),
    QT_TRANSLATE_NOOP(
        "",
        "The speech model cannot be downloaded ({error}); connect to the internet once, or name a "
        "folder with a model by --whisper-model.",
    ),
    # The doctor.
    QT_TRANSLATE_NOOP("", "no camera was found; the demo picture is used"),
    QT_TRANSLATE_NOOP("", "Plug in a webcam, or switch on the built-in one."),
    QT_TRANSLATE_NOOP("", "no microphone was found; the demo voice is used"),
    QT_TRANSLATE_NOOP("", "Plug in a microphone, or switch it on in the system's sound settings."),
    QT_TRANSLATE_NOOP("", "neither PulseAudio nor PipeWire answers"),
    QT_TRANSLATE_NOOP("", "the library is not installed"),
    QT_TRANSLATE_NOOP("", "CPU, although an NVIDIA GPU is here"),
    QT_TRANSLATE_NOOP("", "the desktop shows no tray icons; the window opens instead"),
    QT_TRANSLATE_NOOP("", "On GNOME: sudo apt install gnome-shell-extension-appindicator"),
    QT_TRANSLATE_NOOP("", "Install vcam again."),
)


def in_words(sentence: str) -> str:
    """The sentence as the windows say it."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            parts = found.groupdict()
            if "why" in parts:
                parts["why"] = in_words(parts["why"])
            return tr(template).format(**parts)
    return sentence


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(template, _pattern(template)) for template in TEMPLATES]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if i % 2 else re.escape(part) for i, part in enumerate(parts)),
        re.DOTALL,
    )
