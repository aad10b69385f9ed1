"""What the windows know of the daemon and of the machine, without ever waiting for either."""
