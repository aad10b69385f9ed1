"""Makes the network that knows the user's voice (`vcam.audio.stages.my_voice`)."""
