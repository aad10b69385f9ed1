"""The one exception a user sees."""


class VcamError(Exception):
    """One sentence for the user: what is wrong, where, and what to do about it."""
