"""Texts in Markdown as trees, and as pages, plain text and paper, in the languages that our fonts can print."""
