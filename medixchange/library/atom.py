"""Feeds in Atom (RFC 4287): entries with a link for each language and form, as bytes of XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

NAMESPACE = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 (2.2) cannot hold, not even escaped."""


@dataclass(frozen=True)
class Link:
    """Where something is read (RFC 4287, 4.2.7), in one language and one form."""

    href: str
    kind: str
    language: str
    relation: str = "alternate"


@dataclass(frozen=True)
class Category:
    """What an entry is about: a code and its words."""

    term: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One entry (RFC 4287, 4.1.2) with its title and summary in ``language``; moments are aware, ``contributors``
    names."""

    id: str
    title: str
    summary: str
    language: str
    published: datetime
    updated: datetime
    links: Sequence[Link]
    categories: Sequence[Category] = ()
    contributors: Sequence[str] = ()


@dataclass(frozen=True)
class Feed:
    """A feed (RFC 4287, 4.1.1); ``updated`` is that of its latest entry."""

    id: str
    title: str
    language: str
    author: str
    updated: datetime
    links: Sequence[Link]
    entries: Sequence[Entry]


def to_atom(feed: Feed) -> bytes:
    """The feed as XML in UTF-8; what XML cannot hold is left out."""
    root = Xml.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.updated))
    _add(Xml.SubElement(root, "author"), "name", feed.author)
    _add(root, "generator", "medixchange")
    _link(root, feed.links)
    for entry in feed.entries:
        _entry(root, entry)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: Xml.Element, entry: Entry) -> None:
    element = Xml.SubElement(root, "entry", {"xml:lang": entry.language})
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    _add(element, "summary", entry.summary)
    for contributor in entry.contributors:
        _add(Xml.SubElement(element, "contributor"), "name", contributor)
    for category in entry.categories:
        Xml.SubElement(element, "category", {"term": _held(category.term), "label": _held(category.label)})
    _link(element, entry.links)


def _link(element: Xml.Element, links: Sequence[Link]) -> None:
    for link in links:
        about = {"rel": link.relation, "type": link.kind, "hreflang": link.language, "href": _held(link.href)}
        Xml.SubElement(element, "link", about)


def _add(element: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(element, name).text = _held(text)


def _held(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
