"""A sentence that is translated later: its English text and the values that go into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

TermKind = Literal["language", "country", "specialty", "instant", "clock", "day", "zone", "list"]


def N_(text: str) -> str:
    """Mark ``text`` for the catalogues without translating it here (gettext's ``N_``)."""
    return text


@dataclass(frozen=True)
class Term:
    """A value that each reader sees in their own language or clock.

    ``code`` is a BCP 47 tag (language), ISO 3166 alpha-2 code (country), specialty code, ISO 8601
    instant in UTC (instant, shown with the reader's place and offset), ``HH:MM`` (clock), ISO date (day)
    or IANA name (zone). ``place`` overrides the reader's zone for instants (an IANA name).
    A "list" joins ``items`` as the reader's language does.
    """

    kind: TermKind
    code: str = ""
    place: str | None = None
    items: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Message:
    """An English sentence with ``%(name)s`` placeholders, and its values.

    With ``plural`` the value named ``num`` chooses the form (gettext's ngettext).
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    plural: str | None = None

    def __hash__(self) -> int:
        return hash((self.text, self.plural, tuple(sorted(self.values))))


Value = str | int | Term | Message


def say(text: str, /, **values: Value) -> Message:
    """A message of ``text`` with ``values``; ``text`` is an English literal that xgettext collects."""
    return Message(text, values)


def count(singular: str, plural: str, num: int, /, **values: Value) -> Message:
    """A message whose form follows ``num``; both texts use ``%(num)s``."""
    return Message(singular, {"num": num, **values}, plural=plural)


def language(tag: str) -> Term:
    """The language ``tag`` (BCP 47), named in the reader's language."""
    return Term("language", tag)


def country(code: str) -> Term:
    """The country ``code`` (ISO 3166 alpha-2), named in the reader's language."""
    return Term("country", code)


def specialty(code: str) -> Term:
    """The specialty ``code`` of the controlled list, named in the reader's language."""
    return Term("specialty", code)


def instant(at: datetime, *, place: str | None = None) -> Term:
    """The moment ``at`` (aware), shown in the reader's zone or in ``place``'s, with its offset."""
    return Term("instant", at.isoformat(), place)


def listed(items: Sequence[Value]) -> Term:
    """``items`` joined as the reader's language joins a list."""
    return Term("list", items=tuple(items))


def sentences(said: Sequence[Message]) -> Message:
    """One message of several sentences, one after the other; there must be one.

    Raises ValueError when there is none.
    """
    first, *others = said
    return say("%(first)s %(others)s", first=first, others=sentences(others)) if others else first


def in_lines(said: Sequence[Message]) -> Message:
    """One message of several, each on a line of its own; there must be one.

    Raises ValueError when there is none.
    """
    first, *others = said
    return Message("%(first)s\n%(others)s", {"first": first, "others": in_lines(others)}) if others else first


def to_json(value: Value) -> Any:
    """``value`` as plain JSON; ``from_json`` gives it back equal."""
    if isinstance(value, Message):
        return {
            "text": value.text,
            "plural": value.plural,
            "values": {k: to_json(v) for k, v in value.values.items()},
        }
    if isinstance(value, Term):
        return {
            "term": value.kind,
            "code": value.code,
            "place": value.place,
            "items": [to_json(item) for item in value.items],
        }
    return value


def from_json(data: Any) -> Value:
    """The value that ``to_json`` wrote.

    Raises TypeError when ``data`` is none of its shapes.
    """
    if isinstance(data, (str, int)):
        return data
    if isinstance(data, dict) and "text" in data:
        values = {k: from_json(v) for k, v in data["values"].items()}
        return Message(data["text"], values, data["plural"])
    if isinstance(data, dict) and "term" in data:
        items = tuple(from_json(item) for item in data["items"])
        return Term(data["term"], data["code"], data["place"], items)
    raise TypeError(f"not a message: {data!r}")
