"""How the echo stage is measured. Its canceller is WebRTC's; nothing of it is trained here."""
