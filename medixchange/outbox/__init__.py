"""Letters promised in a transaction and sent after it."""
