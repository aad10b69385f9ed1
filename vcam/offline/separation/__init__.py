"""Takes a recorded meeting apart: a sound track for each face."""
