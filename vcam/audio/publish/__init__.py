"""Where enhanced sound goes: a contract, its kinds, and the choice among them."""
