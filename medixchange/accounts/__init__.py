"""Signing in: one-use links, logins on the server; only what cannot be used by a thief is kept."""
