"""Where pictures come from: a contract, its kinds, and the choice among them."""
