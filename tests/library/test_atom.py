"""Feeds are Atom as RFC 4287 says, whatever stands in a title."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.library.atom import Category, Entry, Feed, Link, to_atom
from tests.library.atom_lint import ATOM, faults
from tests.make import NOW

HOSTILE = (
    "<script>alert(1)</script>",
    "]]> & &amp; &#0; <![CDATA[x]]>",
    "bell\x07 null\x00 escape\x1b \ufffe\uffff",
    '"quoted" \'and\' <b title="x">',
    "\u202eturned\u202c \U0001f600 氧疗 1–6 L/min",
    "line\r\nbreak\ttab",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
)


def feed(title: str = "Oxygen", *, of: str = "Library") -> Feed:
    """A feed with one entry."""
    html = Link("https://mx.example.org/recaps/mx-1/en", "text/html", "en")
    pdf = Link("https://mx.example.org/recaps/mx-1/en.pdf", "application/pdf", "en")
    later = NOW + timedelta(hours=1)
    topics = [Category("nursing", title)]
    entry = Entry("urn:uuid:1", title, title, "zh-Hans", NOW, later, [html, pdf], topics, [title])
    itself = Link("https://mx.example.org/library/feed.atom?lang=en", "application/atom+xml", "en", "self")
    page = Link("https://mx.example.org/library", "text/html", "en")
    return Feed("tag:mx.example.org,2026:library", of, "en", of, later, [itself, page], [entry])


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_a_title(title: str) -> None:
    xml = to_atom(feed(title, of=title))

    root = Xml.fromstring(xml)
    read = root.findtext(f"{ATOM}entry/{ATOM}title") or ""
    clean = "".join(each for each in title if each not in "\x00\x07\x1b\ufffe\uffff")
    assert faults(xml) == []
    assert read.splitlines() == clean.splitlines()


@given(st.text(st.characters(codec=None), min_size=1))
def test_whatever_a_title_holds_a_feed_can_be_read(title: str) -> None:
    found = faults(to_atom(feed(f"x{title}")))

    assert found == []


def test_moments_are_told_in_utc_and_languages_are_named() -> None:
    xml = to_atom(feed()).decode()

    assert f"<updated>{(NOW + timedelta(hours=1)):%Y-%m-%dT%H:%M:%SZ}</updated>" in xml
    assert '<entry xml:lang="zh-Hans">' in xml
    assert xml.startswith("<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")


@pytest.mark.parametrize(
    ("whole", "broken", "fault"),
    [
        ("<updated>", "<changed>", "no such element: changed"),
        ("tag:mx.example.org,2026:library", "library", "no name for good (4.2.6): library"),
        ('rel="self"', 'rel="alternate"', "no link to itself (4.1.1)"),
        ('type="application/pdf"', 'type="text/html"', "two alternates of one type and language (4.1.2)"),
        ('xml:lang="zh-Hans"', 'xml:lang="Chinese"', "no language: Chinese"),
        ("https://mx.example.org/recaps/mx-1/en.pdf", "/recaps/mx-1/en.pdf", "no address: /recaps/mx-1/en.pdf"),
    ],
)
def test_the_look_at_feeds_notices_faults(whole: str, broken: str, fault: str) -> None:
    xml = (
        to_atom(feed())
        .decode()
        .replace(whole, broken)
        .replace("</updated>", "</changed>" if "changed" in broken else "</updated>")
    )

    assert fault in faults(xml.encode())
