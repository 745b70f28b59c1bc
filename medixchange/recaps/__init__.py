"""What was said in a session: written in revisions, in several languages, checked by somebody, and published."""
