"""What the course promises, measured: `make bench`."""
