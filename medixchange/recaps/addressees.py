"""Readers as an organizer types them: a line each, "name, address, language"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from medixchange.documents.tongues import NAMES
from medixchange.languages.tags import UnknownLanguage, normalise
from medixchange.languages.texts import Line, MailAddress, Wrong
from medixchange.messages import say

MOST_LINES = 5000
_BETWEEN = re.compile(r"\s*[,;，；\t]\s*")
_NAME, _ADDRESS = Line(120), MailAddress()


@dataclass(frozen=True)
class Addressee:
    """Somebody to write to, who may be known already."""

    name: str
    email: str
    language: str


def read_lines(text: str) -> list[Addressee]:
    """The readers in ``text``, each address once. Raises Wrong, which names the line."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Wrong(say("Write at most %(most)s lines at once.", most=MOST_LINES))
    found: dict[str, Addressee] = {}
    for number, line in lines:
        reader = _read(number, line)
        found.setdefault(reader.email, reader)
    return list(found.values())


def _read(number: int, line: str) -> Addressee:
    parts = _BETWEEN.split(line.strip())
    if len(parts) not in (2, 3):
        raise Wrong(say("Line %(line)s: write “name, address, language”.", line=number))
    try:
        name, email = _NAME.read(parts[0]), _ADDRESS.read(parts[1])
        language = normalise(parts[2]) if len(parts) == 3 and parts[2] else "en"
    except Wrong as wrong:
        raise Wrong(say("Line %(line)s: %(why)s", line=number, why=wrong.message)) from None
    except UnknownLanguage as unknown:
        raise Wrong(say("Line %(line)s: %(why)s", line=number, why=unknown.message)) from None
    return Addressee(name, email, language if language in NAMES else "en")
