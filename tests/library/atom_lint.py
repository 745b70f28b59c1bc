"""What RFC 4287 asks of a feed, checked on the tree that expat reads; nothing of ours makes or reads it here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
KIND = re.compile(r"[a-z]+/[a-z+.-]+")
NAME = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d)?:\S+|urn:[a-z0-9-]+:\S+")

ANY, ONE, SOME = (0, None), (1, 1), (0, 1)
FEED = {"id": ONE, "title": ONE, "updated": ONE, "author": (1, None), "generator": SOME, "link": ANY, "entry": ANY}
ENTRY = {
    "id": ONE,
    "title": ONE,
    "updated": ONE,
    "published": SOME,
    "summary": SOME,
    "author": ANY,
    "contributor": ANY,
    "category": ANY,
    "link": ANY,
}
"""How often each element may stand in a feed (4.1.1) and in an entry (4.1.2); of those that we never use, never."""

ATTRIBUTES = {"link": {"href", "rel", "type", "hreflang"}, "category": {"term", "label", "scheme"}}


def faults(xml: bytes) -> list[str]:
    """Everything that is wrong with a feed; raises where it is no XML."""
    root = Xml.fromstring(xml)
    if root.tag != f"{ATOM}feed":
        return [f"the root is {root.tag}"]
    found = list(_faults(root, FEED))
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        found += _faults(entry, ENTRY)
    ids = [each.findtext(f"{ATOM}id") for each in (root, *entries)]
    if len(set(ids)) < len(ids):
        found.append("two have the same id (4.2.6)")
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        found.append("no link to itself (4.1.1)")
    return found


def _faults(parent: Xml.Element, rules: dict[str, tuple[int, int | None]]) -> Iterator[str]:
    names = [child.tag.removeprefix(ATOM) for child in parent]
    yield from (f"no such element: {name}" for name in names if name not in rules)
    for name, (least, most) in rules.items():
        if names.count(name) < least or (most is not None and names.count(name) > most):
            yield f"{names.count(name)} times {name}"
    if TAG.fullmatch(parent.get(LANGUAGE, "")) is None:
        yield f"no language: {parent.get(LANGUAGE)}"
    for child in parent:
        yield from _faults_of(child)
    yield from _alternates(parent)


def _faults_of(element: Xml.Element) -> Iterator[str]:
    name, text = element.tag.removeprefix(ATOM), element.text or ""
    if set(element.attrib) - ATTRIBUTES.get(name, set()) - {LANGUAGE}:
        yield f"attributes of {name}: {sorted(element.attrib)}"
    if name in ("updated", "published") and not MOMENT.fullmatch(text):
        yield f"no moment (3.3): {text}"
    if name == "id" and not NAME.fullmatch(text):
        yield f"no name for good (4.2.6): {text}"
    if name == "title" and not text.strip():
        yield "a title without words"
    if name in ("author", "contributor") and not element.findtext(f"{ATOM}name"):
        yield f"{name} without a name (3.2.1)"
    if name == "category" and not element.get("term"):
        yield "a category without a term (4.2.2.1)"
    if name == "link":
        yield from _faults_of_link(element)


def _faults_of_link(link: Xml.Element) -> Iterator[str]:
    parts = urlsplit(link.get("href", ""))
    if parts.scheme != "https" or not parts.netloc or re.search(r"[\s<>\"]", link.get("href", "")):
        yield f"no address: {link.get('href')}"
    if link.get("rel") not in ("alternate", "self"):
        yield f"no relation: {link.get('rel')}"
    if KIND.fullmatch(link.get("type", "")) is None:
        yield f"no media type: {link.get('type')}"
    if TAG.fullmatch(link.get("hreflang", "")) is None:
        yield f"no language: {link.get('hreflang')}"


def _alternates(parent: Xml.Element) -> Iterator[str]:
    links = [each for each in parent.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
    kinds = [(each.get("type"), each.get("hreflang")) for each in links]
    if not kinds:
        yield "no link to what it is about (4.1.2)"
    if len(set(kinds)) < len(kinds):
        yield "two alternates of one type and language (4.1.2)"
