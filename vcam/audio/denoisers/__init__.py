"""Denoisers that can be chosen, and how each is opened."""
