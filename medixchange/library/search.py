"""How words are compared when somebody searches the shelf: without capitals, accents, vowel signs and wide forms.

Every word of the search has to stand in the title or the summary of one language, whole or as a part of a longer word.
Chinese is found as it is written, since a part of a text needs no blanks around it; whoever looks for two Chinese words
puts a blank or a sign between them.
"""

from __future__ import annotations

import re
import unicodedata

MOST_TERMS = 8
UNSEEN = frozenset({"Mn", "Cf"})
"""Marks on letters, and signs without a form of their own."""
TATWEEL = "\u0640"
"""Makes an Arabic word wider and means nothing."""
_BETWEEN = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """``text`` as it is compared: small letters without marks, one blank between words."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(each for each in plain if unicodedata.category(each) not in UNSEEN and each != TATWEEL)
    return _BETWEEN.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def terms(query: str) -> list[str]:
    """The words that somebody looks for, each once, at most ``MOST_TERMS``."""
    return list(dict.fromkeys(fold(query).split()))[:MOST_TERMS]
