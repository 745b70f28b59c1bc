"""Sharing sessions: their life, their calendar, who is invited and what they answered."""
