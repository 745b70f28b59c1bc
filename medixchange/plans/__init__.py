"""Plans for all requests that wait: made in the background, compared with today, and approved row by row."""
