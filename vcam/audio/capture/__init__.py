"""Where sound comes from: a contract, its kinds, and the choice among them."""
