"""Recording a call: the published picture and sound, in step, in an MP4 file."""
