"""Letters that say the same to many readers, written once and filled in for each: a mail merge.

What a filled letter says is byte by byte what ``compose`` writes; that is proven with the first of its like, and where
it does not hold all of them are written one by one.
"""

from __future__ import annotations

import json
from base64 import encodebytes
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from secrets import token_hex
from typing import Any

from markupsafe import escape

from medixchange.calendars.meeting import Party
from medixchange.outbox.compose import POLICY, Desk, address_of, compose, enveloped, preview, spaced, urls_of
from medixchange.outbox.letters import Letter
from medixchange.outbox.wire import deliverable

MOST_FORMS = 64
LEAST = 8
"""Characters of chance in the shortest mark: 32 bits that nobody outside of the process ever sees."""
_MARK = token_hex(16)
"""Stands for what differs from reader to reader; new in each process, so that nobody can have typed it."""
_NAME, _TO = f"name{_MARK}", f"{_MARK}@example.org"
_TEXT, _HTML = f"text{_MARK}\n", f"html{_MARK}\n"


@dataclass
class Form:
    """A letter with marks: its words, and the bytes around them; ``is_proven`` says whether filling it in is right."""

    text: str
    html: str
    before: bytes
    after: bytes
    is_proven: bool | None = None

    def filled(self, reader: Letter, urls: Mapping[str, str], key: str) -> bytes:
        """The letter to one reader."""
        text, html = self.text.replace(_NAME, reader.to_name), self.html.replace(_NAME, str(escape(reader.to_name)))
        after = self.after.replace(_mark("key", len(key)).encode(), key.encode())
        after = after.replace(_mark("key", len(key))[:40].encode(), key[:40].encode())
        for name, url in urls.items():
            mark = _mark(name, len(url))
            text, html = text.replace(mark, url), html.replace(mark, str(escape(url)))
            after = after.replace(mark.encode(), url.encode())
        after = after.replace(_encoded(_TEXT), _encoded(spaced(text))).replace(_encoded(_HTML), _encoded(html))
        to = address_of(Party(reader.to_name, reader.to_email))
        return self.before + POLICY.fold_binary(*POLICY.header_store_parse("To", to)) + after


def write(payload: Mapping[str, Any], desk: Desk, *, key: str, posted_at: datetime) -> bytes:
    """The bytes of the letter that ``Letter.to_json`` wrote as ``payload``; the same that ``compose`` gives."""
    links = {name: (purpose, seed) for name, (purpose, seed) in payload["links"].items()}
    reader = Letter(
        payload["kind"], payload["language"], payload["zone"], payload["to"][0], payload["to"][1], links=links
    )
    urls = urls_of(reader, desk)
    form = None
    if payload["calendar"] is None and deliverable(reader.to_email).isascii():
        lengths = tuple((name, len(url)) for name, url in urls.items())
        said = json.dumps(payload["context"], sort_keys=True)
        form = _form(desk, reader.kind, reader.language, reader.zone, said, lengths, len(key), posted_at)
    if form is not None and form.is_proven:
        return form.filled(reader, urls, key)
    whole = compose(Letter.from_json(payload), desk, key=key, posted_at=posted_at)
    if form is not None and form.is_proven is None:
        form.is_proven = form.filled(reader, urls, key) == whole
    return whole


@lru_cache(MOST_FORMS)
def _form(
    desk: Desk,
    kind: str,
    language: str,
    zone: str,
    said: str,
    lengths: tuple[tuple[str, int], ...],
    key_length: int,
    posted_at: datetime,
) -> Form | None:
    """The form of all letters that differ in their readers alone, None where it cannot be had."""
    if any(length < len(name) + LEAST for name, length in (("key", key_length), *lengths)):
        return None
    urls = {name: _mark(name, length) for name, length in lengths}
    data = {"kind": kind, "language": language, "zone": zone, "to": (_NAME, _TO), "context": json.loads(said)}
    shown = preview(Letter.from_json({**data, "links": {}, "calendar": None}), desk, urls)
    if _MARK in shown.subject:
        return None
    empty = replace(shown, to=Party("", _TO), text=_TEXT, html=_HTML)
    whole = enveloped(empty, urls, desk, key=_mark("key", key_length), posted_at=posted_at)
    before, _, after = whole.partition(f"To: {_TO}\r\n".encode())
    return Form(shown.text, shown.html, before, after)


def _mark(name: str, length: int) -> str:
    """What stands for ``name``: as long as what it stands for, so that headers are folded alike."""
    return f"{name}{_MARK}"[:length].ljust(length, "x")


def _encoded(text: str) -> bytes:
    """``text`` as the body of a part, as the email package writes it."""
    lines = b"".join(line + b"\r\n" for line in text.encode().splitlines())
    return encodebytes(lines).replace(b"\n", b"\r\n")
