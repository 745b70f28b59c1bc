"""iCalendar, spoken properly: what a session is in a calendar, invitations, feeds, and a strict lint; no I/O."""
