"""How the matte network is made: data, composites, network, training, conversion, measuring."""
