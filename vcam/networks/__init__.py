"""The networks: opened by name, checked, and put together for a pipeline."""
