"""A rule puts its preset in force, and takes it back."""

from vcam.daemon.automatic import InForce, follow, own
from vcam.schema.presets import Presets, Rule
from vcam.schema.settings import Settings, changed

ZOOM, OBS = Rule(preset="Call", program="zoom"), Rule(preset="Cast", program="obs")
PRESETS = Presets(
    saved={"Call": {"blur": 80, "mirror": True}, "Cast": {"blur": 10, "strength": 50}},
    rules=(ZOOM, OBS),
)


class Life:
    """Settings, and what is in force, from look to look."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.now: InForce | None = None
        self.clock = 0.0

    def look(self, rule: Rule | None, after: float = 0.25) -> None:
        self.clock += after
        self.now, changes = follow(self.now, rule, PRESETS, self.settings, self.clock)
        self.settings = changed(self.settings, changes)

    def by_hand(self, **changes: object) -> None:
        self.settings = changed(self.settings, dict(changes))


def test_it_comes_with_the_program_and_goes_after_it() -> None:
    life = Life()
    life.look(ZOOM)
    assert (life.settings.blur, life.settings.mirror) == (80, True)
    assert own(life.settings, life.now) == Settings()
    life.look(None)
    assert life.settings.blur == 80
    life.look(None, after=6)
    assert life.settings == Settings() and life.now is None


def test_a_program_that_probes_and_comes_back_changes_nothing() -> None:
    life = Life()
    life.look(ZOOM)
    life.look(None, after=3)
    life.look(ZOOM, after=1)
    life.look(None, after=4.5)
    assert life.settings.blur == 80


def test_what_is_changed_by_hand_stays_until_the_program_closes() -> None:
    life = Life()
    life.look(ZOOM)
    life.by_hand(blur=5, feather=9)
    life.look(ZOOM)
    assert life.settings.blur == 5
    life.look(None)
    life.look(None, after=6)
    assert life.settings == Settings(feather=9)


def test_one_rule_after_another_gives_back_what_was_before_both() -> None:
    life = Life()
    life.look(ZOOM)
    life.look(OBS)
    assert (life.settings.blur, life.settings.mirror, life.settings.strength) == (10, False, 50)
    life.look(None)
    life.look(None, after=6)
    assert life.settings == Settings()
