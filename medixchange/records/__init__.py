"""Records of every kind in and out as CSV."""
