"""Takes a meeting apart: a voice for each face (network `separation`)."""
