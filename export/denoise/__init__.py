"""How the streaming denoiser is made: corpus, mixing, network, training, conversion, measuring."""
