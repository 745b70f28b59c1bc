"""When people can, and the time that sessions have taken."""
