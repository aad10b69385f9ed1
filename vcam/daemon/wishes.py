"""What is wanted of camera and microphone: settings, presets with their rules, and a key that is
held. The running call obeys first; the disk, which may refuse or take long, keeps it for the next
start."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from vcam.daemon import presets_file, settings_file
from vcam.daemon.automatic import InForce, follow, own
from vcam.daemon.keeper import Keeper, Outcome
from vcam.daemon.resumption import leave, taken_up
from vcam.schema.errors import VcamError
from vcam.schema.held import HeldKey, in_effect
from vcam.schema.presets import Presets, Situation
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings, changed

_HELD_S = 2.0  # for which a key counts as held; who holds it says so again

log = logging.getLogger(__name__)


class Wishes:
    """On the daemon's thread; `settings`, `presets` and `hints` may be read from any."""

    def __init__(
        self,
        announce: Callable[[Settings], None],
        record: Callable[[Settings, Path | None], None],
        runtime: Path,
        save: Callable[[Settings], None] = settings_file.save,
    ) -> None:
        """`announce` gets the settings in effect whenever they change; `record` begins or ends a
        recording as they say, before they change, and raises VcamError where it cannot. `save`
        keeps them, on a thread of its own; `runtime` is the folder for what only this session
        needs."""
        self._announce = announce
        self._record = record
        self._runtime = runtime
        saved, trouble = settings_file.load()
        self.settings, self._in_force = taken_up(saved, runtime, trusted=trouble is None)
        self._keeper = Keeper(save, settings_file.load, trouble)
        self.presets, self._presets_hint = presets_file.load()
        self.held: HeldKey | None = None
        self._held_until = 0.0

    @property
    def in_effect(self) -> Settings:
        return in_effect(self.settings, self.held)

    @property
    def hints(self) -> list[Reason]:
        """What is wrong with how they are kept."""
        return [hint for hint in (self._keeper.trouble, self._presets_hint) if hint]

    @property
    def rule_in_force(self) -> Reason | None:
        """Which preset a rule has set, and why."""
        if self._in_force is None:
            return None
        rule = self._in_force.rule
        if rule.battery:
            return Reason.of("presets.on_battery", name=rule.preset)
        return Reason.of("presets.in_force", name=rule.preset, why=rule.why)

    def obey(self, urgent: dict[str, Any]) -> None:
        """Applies the settings that nothing else holds up, not even one another. Raises the first
        VcamError."""
        new, faults = self.settings, []
        for key, value in urgent.items():
            try:
                new = changed(new, {key: value})
            except VcamError as error:
                faults.append(error)
        self._apply(new)
        if faults:
            raise faults[0]

    def change(self, changes: dict[str, Any], file: Path | None = None) -> tuple[Settings, Outcome]:
        """Applies changed settings, and has them kept for the next start; returns those that are
        in force. `file` is for a recording that begins. Raises VcamError; then nothing changed."""
        if changes or file is not None:
            new = changed(self.settings, changes)
            self._record(new, file)
            self._apply(new)
        return self.settings, self._keeper.saved

    def look_at_file(self) -> bool:
        """Once a file can be read that could not: what it says is in force, but for what was
        changed since the start; True when that is so."""
        found = self._keeper.found()
        if found is None:
            return False
        if self._in_force is not None:
            before = {key: getattr(found, key) for key in self._in_force.before}
            self._in_force = replace(self._in_force, before=before)
        start = Settings()
        since = {key: value for key, value in self.settings if value != getattr(start, key)}
        new = found.model_copy(update=since)
        self._follow_with_recording(new)
        self._apply(new)
        return True

    def forget_rule(self) -> None:
        """At an orderly end: the next start looks for itself."""
        self._leave(None)

    def end(self, timeout: float) -> None:
        """Waits until all is kept, or for `timeout` seconds."""
        self._keeper.flush(timeout)

    def recording_ended(self) -> None:
        """By itself: the setting says so, without another word to anybody."""
        self.settings = self.settings.model_copy(update={"record": False})

    def hold(self, key: HeldKey | None) -> None:
        """Somebody holds a key down, which has to be said again within `_HELD_S`: a program that
        dies meanwhile leaves no open microphone behind."""
        self._held_until = time.monotonic() + _HELD_S
        if key != self.held:
            self.held = key
            self._announce(self.in_effect)

    def look_at_held_key(self) -> bool:
        """Lets it go where nobody says any more that it is held; True when it did."""
        if self.held is None or time.monotonic() < self._held_until:
            return False
        self.hold(None)
        return True

    def save_presets(self, presets: Presets) -> Presets:
        """Keeps other presets and rules, from any thread; returns those to be taken. Raises
        VcamError."""
        if self._presets_hint is not None and self._presets_hint.key == "presets.unreadable":
            return presets_file.save_beside(presets)
        presets_file.save(presets)
        return presets

    def take_presets(self, presets: Presets) -> None:
        """Other presets and rules, which are kept already."""
        self.presets, self._presets_hint = presets, None

    def look_at_rules(self, situation: Situation) -> bool:
        """Puts the preset of the rule that holds in force; True when that has changed."""
        before = self._in_force
        rule = self.presets.chosen(situation)
        self._in_force, changes = follow(
            before, rule, self.presets, self.settings, time.monotonic()
        )
        if changes:
            new = changed(self.settings, changes)
            self._follow_with_recording(new)
            self._apply(new)
        if (before and before.rule) == (self._in_force and self._in_force.rule):
            return False
        self._leave(self._in_force)
        return True

    def _follow_with_recording(self, new: Settings) -> None:
        try:
            self._record(new, None)
        except VcamError as error:  # no second file can be begun; the first one is whole
            log.warning("%s", error)

    def _apply(self, new: Settings) -> None:
        log.info("changed: %s", ", ".join(_told(self.settings, new)))
        self.settings = new
        self._announce(self.in_effect)
        self._leave(self._in_force)
        self._keeper.keep(own(new, self._in_force))

    def _leave(self, now: InForce | None) -> None:
        try:
            leave(self.settings, now, self._runtime)
        except OSError as error:
            log.warning("what a preset changed outlives no crash: %s", error.strerror)


def _told(before: Settings, now: Settings) -> Iterator[str]:
    """What has changed, for the log: numbers and switches, but no names and no paths."""
    old = before.model_dump()
    for key, value in now.model_dump().items():
        if value != old[key]:
            yield key if isinstance(value, str) else f"{key}={value}"
