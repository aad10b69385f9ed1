"""Keys that work in every program: which there are, and the contract of asking a desktop."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from vcam.schema.errors import VcamError
from vcam.schema.held import HeldKey
from vcam_ui.words.language import tr
from vcam_ui.words.presets import said

TURNED = ("bypass", "pause", "mute", "away", "record")
"""The settings that can have a key; a press turns them."""
HELD: tuple[HeldKey, ...] = ("talk", "cough")
"""What a key does for as long as it is held."""
KEYS = (*TURNED, *HELD)
PRESET = "preset:"
"""Begins the name of a key that puts a preset in force; the preset's own name follows."""

_ALLOWED = re.compile("[A-Z0-9]|F([1-9]|1[0-9]|2[0-4])")


@dataclass(frozen=True)
class Combination:
    """One key with what is held beside it. `key` is a letter, a digit or F1 to F24."""

    key: str
    ctrl: bool = False
    alt: bool = False
    shift: bool = False
    meta: bool = False

    @classmethod
    def parse(cls, text: str) -> Combination:
        """From Qt's portable text, such as `Ctrl+Alt+B`.

        Raises VcamError for keys that are needed for writing and for those beyond the common ones.
        """
        sequence = QKeySequence(text, QKeySequence.SequenceFormat.PortableText)
        if sequence.count() != 1:
            raise VcamError("keys.no_combination", keys=text)
        keys = sequence[0]  # type: ignore[index]  # PySide6's stubs leave it out
        held = keys.keyboardModifiers()
        key = QKeySequence(keys.key()).toString(QKeySequence.SequenceFormat.PortableText)
        found = cls(
            key,
            ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            meta=bool(held & Qt.KeyboardModifier.MetaModifier),
        )
        alone = not (found.ctrl or found.alt or found.meta) and len(key) == 1
        if not _ALLOWED.fullmatch(key) or alone:
            raise VcamError("keys.unfit")
        return found


def says(name: str) -> str:
    """What a key of `KEYS` or of a preset does."""
    if name.startswith(PRESET):
        return tr("The preset {name}").format(name=said(name.removeprefix(PRESET)))
    return {
        "bypass": tr("All effects off, and on again"),
        "pause": tr("Pause the camera, and on again"),
        "mute": tr("Mute the microphone, and on again"),
        "away": tr("Away, and back again"),
        "record": tr("Record, and stop"),
        "talk": tr("Speak through the mute, while held"),
        "cough": tr("Be silent, while held"),
    }[name]


class Hotkeys(QObject):
    """One way to be told of keys. `pressed` and `released` carry a name that `says` knows, once
    each, however long a key is held.

    `refused` carries a sentence when the desktop does not give a key, perhaps later.
    """

    pressed = Signal(str)
    released = Signal(str)
    refused = Signal(str)

    def grab(self, wanted: dict[str, Combination]) -> None:
        """Has these keys and gives back those it had before."""
        raise NotImplementedError

    def close(self) -> None:
        """Gives all keys back."""
        self.grab({})


def refusal(combination: str) -> str:
    """What to say when another program has the keys."""
    return tr("Another program has {keys}; choose other keys.").format(keys=combination)


def shown(combination: Combination) -> str:
    """As people write it."""
    names = ("Ctrl", "Alt", "Shift", "Meta")
    held = (combination.ctrl, combination.alt, combination.shift, combination.meta)
    return "+".join([name for name, on in zip(names, held, strict=True) if on] + [combination.key])
