"""The kernel: the best way to serve a request at every start at once, as arrays; for one alone and for a plan."""
