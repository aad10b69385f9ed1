"""The same pipelines on recordings."""
