"""The windows, a folder each."""
