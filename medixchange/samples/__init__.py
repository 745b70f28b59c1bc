"""The demo data: invented people in real institutions, loaded to try the program and taken away again."""
