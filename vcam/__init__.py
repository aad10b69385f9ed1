"""vcam: an Enhanced Camera and an Enhanced Microphone for the desktop."""

__version__ = "0.1.0"
