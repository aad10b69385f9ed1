"""How each network is made. Never imported by vcam or ui."""
