"""Figures, each against its goal or its peer, measured in the same run."""
