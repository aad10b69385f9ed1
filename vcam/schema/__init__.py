"""What daemon and clients agree on. Data alone: no disk, no device, no clock."""
