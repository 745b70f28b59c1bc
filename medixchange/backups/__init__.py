"""Copies of the whole database: made beside a running program, checked, and put back."""
