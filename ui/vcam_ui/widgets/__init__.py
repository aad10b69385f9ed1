"""The parts windows are made of."""
