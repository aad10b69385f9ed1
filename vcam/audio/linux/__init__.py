"""The Linux sound server."""
