"""The sound: microphone → pipeline → publish."""
