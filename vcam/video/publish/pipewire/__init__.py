"""The Enhanced Camera as a PipeWire node."""
