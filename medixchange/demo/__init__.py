"""The demo: invented people in real institutions, a letter box, and a story that is played whole."""
