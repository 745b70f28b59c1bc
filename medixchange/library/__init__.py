"""What everybody may read: recaps that were published for all, and handbooks."""
