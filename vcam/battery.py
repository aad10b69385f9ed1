"""Whether this computer runs on its battery."""

from __future__ import annotations

import psutil


def on_battery() -> bool:
    """False where there is no battery, or nobody says."""
    battery = psutil.sensors_battery()
    return battery is not None and battery.power_plugged is False
