"""Names that every ring knows: what the devices are called, and the words for a choice of one."""

CAMERA_NAME = "Enhanced Camera"
"""What apps call the virtual camera, wherever the system lets us choose."""

MICROPHONE_NAME = "Enhanced Microphone"
"""What apps call the virtual microphone, wherever the system lets us choose."""

SPEAKER_NAME = "Enhanced Speaker"
"""What apps call the virtual loudspeakers, wherever the system lets us choose."""

AUTO = "auto"
"""The choice of the first real device."""

DEMO = "demo"
"""The choice of the demo, and `VideoStatus.source` while it is the camera."""

PREVIEW_SINK = "preview"
"""`VideoStatus.sink` where no virtual camera is possible: the picture goes to the preview only."""
