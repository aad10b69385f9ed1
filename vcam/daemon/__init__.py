"""The daemon: settings and status, the workers' lives, answers to clients."""
