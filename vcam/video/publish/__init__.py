"""Where enhanced pictures go: a contract, its kinds, and the choice among them."""
