"""Pages for people: what comes in is checked here, what goes out is said in the reader's words."""
