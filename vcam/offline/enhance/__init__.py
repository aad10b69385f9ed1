"""Enhancing recordings: `vcam enhance`."""
