"""How the super-resolution network is made: degradations, data, network, training, conversion."""
