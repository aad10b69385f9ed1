"""What the windows share with the desktop: autostart, priority, the person's own pictures and choices."""
