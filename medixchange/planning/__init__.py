"""Planning all requests at once: columns priced exactly, a proven bound, and the best plan that the time allows."""
