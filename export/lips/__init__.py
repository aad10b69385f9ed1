"""How the lip networks are made: films, mixing, networks, training, conversion, measuring."""
