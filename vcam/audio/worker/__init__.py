"""The sound's process."""
