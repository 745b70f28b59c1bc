"""Who takes part: hospitals and their liaisons, panels and experts, interpreters, organizers, rooms."""
