"""The windows' place on the desktop: autostart, priority, a person's pictures and choices."""
