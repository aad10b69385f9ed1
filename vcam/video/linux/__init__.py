"""Linux video devices: what no library offers."""
