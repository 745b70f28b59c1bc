"""Readers as an organizer types or pastes them: a line each, "name, address, language" or "name <address>"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from medixchange.documents.tongues import NAMES, tongue_of
from medixchange.languages.tags import spoken
from medixchange.languages.texts import Line, MailAddress, Wrong, clean_line, too_long
from medixchange.messages import Message, count, in_lines, say

MOST_LINES = 5000
MOST_LINE = 1000
"""Characters of a line: a name, an address and a language, with blanks of a table between them."""
MOST_TOLD = 10
"""Lines of which is told what is wrong with them; how many others there are is counted."""
SHOWN = 40
"""How much of a line is repeated where something is wrong with it."""

Kind = Literal["gap", "quoted", "marked", "held", "open", "word"]

# RFC 5322, 3.2.4 and 3.4; a spreadsheet doubles a quotation mark where a mail program puts a backslash before it.
_PART = re.compile(
    r"""
      (?P<gap>[\s,;，；、،؛]+)
    | "(?P<quoted>(?:[^"\\]|\\.|"")*+)"
    | “(?P<marked>[^“”]*)”
    | [<＜《](?P<held>[^<>＜＞《》]*)[>＞》]
    | (?P<open>["“<＜《])
    | (?P<word>[^\s,;，；、،؛<＜《]+)
    """,
    re.VERBOSE,
)
_ESCAPED = re.compile(r'\\(.)|""')
_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("。"): "."}
"""Signs of an address as a Chinese keyboard writes them."""
_NAME, _ADDRESS = Line(120, optional=True), MailAddress()


@dataclass(frozen=True)
class TypedReader:
    """Somebody to write to, who may be known already."""

    name: str
    email: str
    language: str


@dataclass(frozen=True)
class _Part:
    """A piece of a line; ``gap`` is what stands between pieces, ``held`` what stands between < and >."""

    kind: Kind
    text: str

    @property
    def looks_like_an_address(self) -> bool:
        """Whether there is something on both sides of an @."""
        local, _, domain = self.text.translate(_NARROW).rpartition("@")
        return self.kind != "gap" and bool(local and domain)


def read_lines(text: str) -> list[TypedReader]:
    """The readers in ``text``, each address once. Raises Wrong, which names every line that cannot be read, the first
    MOST_TOLD in words."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Wrong(say("Write at most %(most)s lines at once.", most=MOST_LINES))
    found: dict[str, TypedReader] = {}
    faults: list[Message] = []
    for number, line in lines:
        try:
            reader = _read(line)
        except Wrong as wrong:
            shown = clean_line(line[:SHOWN]) + ("…" if len(line) > SHOWN else "")
            faults.append(say("Line %(line)s, “%(text)s”: %(why)s", line=number, text=shown, why=wrong.message))
        else:
            found.setdefault(reader.email, reader)
    if faults:
        raise Wrong(in_lines(_first(faults)))
    return list(found.values())


def _first(faults: Sequence[Message]) -> Sequence[Message]:
    """What fits on a page, and how many more there are."""
    others = len(faults) - MOST_TOLD
    if others <= 0:
        return faults
    more = count("%(num)s more line cannot be read.", "%(num)s more lines cannot be read.", others)
    return [*faults[:MOST_TOLD], more]


def _read(line: str) -> TypedReader:
    if len(line) > MOST_LINE:
        raise too_long(len(line), MOST_LINE)
    parts = list(_parts(line))
    place = _place_of_address(parts)
    email = _ADDRESS.read(parts[place].text.translate(_NARROW).strip().removeprefix("mailto:"))
    name = _NAME.read(_joined(parts[:place])) or email.partition("@")[0]  # nobody is greeted by nothing
    tag = " ".join(part.text for part in parts[place + 1 :] if part.kind != "gap")
    return TypedReader(name, email, _language(tag.strip()))


def _joined(parts: Sequence[_Part]) -> str:
    """The pieces of a name, with their commas."""
    pieces = [place for place, part in enumerate(parts) if part.kind != "gap"]
    inner = parts[pieces[0] : pieces[-1] + 1] if pieces else ()
    return "".join((" " if each.text.isspace() else ", ") if each.kind == "gap" else each.text for each in inner)


def _parts(line: str) -> Iterator[_Part]:
    for found in _PART.finditer(line):
        kind, text = cast(Kind, found.lastgroup), found[cast(str, found.lastgroup)]
        if kind == "open":
            raise Wrong(say("Close what %(mark)s opens, or leave %(mark)s out.", mark=text))
        yield _Part(kind, _ESCAPED.sub(lambda sign: sign[1] or '"', text) if kind == "quoted" else text)


def _place_of_address(parts: Sequence[_Part]) -> int:
    """Where the address stands: between < and >, else bare, else in quotation marks, as a spreadsheet may put it."""
    plain = [place for place, part in enumerate(parts) if part.kind in ("held", "word") and part.looks_like_an_address]
    if len({parts[place].text.casefold() for place in plain}) > 1:
        raise Wrong(say("There are two mail addresses here: write each reader on a line of their own."))
    held = [place for place, part in enumerate(parts) if part.kind == "held"]
    quoted = [place for place, part in enumerate(parts) if part.looks_like_an_address]
    found = [*(place for place in held if place in plain), *plain, *quoted[-1:], *held]
    if not found:
        raise Wrong(say("Write a name and a mail address, such as “Jane Doe, jane@hospital.org, fr”."))
    return found[0]


def _language(tag: str) -> str:
    found = tongue_of(tag) if tag else "en"
    if found is None:
        told = say(
            "“%(tag)s” is no language that recaps come in. Write one of these after the address, or nothing for "
            "English: %(tags)s.",
            tag=clean_line(tag[:SHOWN]),
            tags=", ".join(spoken(each) for each in NAMES),
        )
        raise Wrong(told)
    return found
