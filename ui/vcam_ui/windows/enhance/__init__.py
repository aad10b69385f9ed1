"""Enhancing recordings from the tray."""
