"""The picture's process."""
