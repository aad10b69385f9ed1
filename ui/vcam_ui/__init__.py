"""The tray and its windows: a client of the daemon, through `vcam.client` and `vcam.schema` alone.

Neither OpenCV nor ONNX Runtime is imported here: the one breaks Qt's plug-in path, the other costs
memory that a tray icon should not take.
"""
