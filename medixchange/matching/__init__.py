"""Finding the hour, the panel, the language and the room: rules, score, search and explanation."""
