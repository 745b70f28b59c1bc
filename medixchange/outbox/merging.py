"""Letters that say the same to many readers, written once and filled in for each: a mail merge.

What a filled letter says is byte by byte what ``compose`` writes; that is proven with the first of its like, and where
it does not hold all of them are written one by one.
"""

from __future__ import annotations

import json
import re
from base64 import encodebytes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from secrets import token_hex

from markupsafe import escape

from medixchange.calendars.meeting import Party
from medixchange.outbox.compose import Desk, compose, enveloped, preview, urls_of
from medixchange.outbox.heading import to_header
from medixchange.outbox.letters import Letter
from medixchange.outbox.wire import clean, deliverable

MOST_FORMS = 64
MOST_ENCODED = 1024
"""Stretches of letters that are kept as they are encoded: some megabytes."""
LEAST = 8
"""Characters of chance in the shortest mark: 32 bits that nobody outside of the process ever sees."""
LINE = 57
"""Bytes in a line of base64."""
_MARK = token_hex(16)
"""Stands for what differs from reader to reader; new in each process, so that nobody can have typed it."""
_NAME, _TO = f"name{_MARK}", f"{_MARK}@example.org"
_TEXT, _HTML = f"text{_MARK}\n", f"html{_MARK}\n"
_SAID = re.compile(r'(\{"kind": .*?, "context": )(\{.*\})(, "links": \{[^{}]*\}, "calendar": null\})', re.DOTALL)
"""A letter without a calendar, as it is kept, around what it says. In a string of JSON there is no bare quotation mark,
so the names are those of the letter itself."""


@dataclass(frozen=True)
class Pattern:
    """Bytes that are always the same, and the names of what stands between them."""

    pieces: tuple[bytes, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, whole: bytes, marks: Mapping[str, bytes]) -> Pattern:
        """``whole`` around the ``marks``, each with its name."""
        known = {mark: name for name, mark in marks.items()}
        longest = sorted(known, key=len, reverse=True)
        parts = re.split(b"(" + b"|".join(map(re.escape, longest)) + b")", whole)
        return cls(tuple(parts[::2]), tuple(known[mark] for mark in parts[1::2]))

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The bytes with ``values``."""
        return b"".join(self._parts(values))

    def encoded(self, values: Mapping[str, bytes]) -> bytes:
        """The same as the body of a part, as the email package writes it; what was encoded before is not once more."""
        lines, rest = [], b""
        for piece, value in zip(self.pieces, (*(values[name] for name in self.names), b""), strict=True):
            used = min(-len(rest) % LINE, len(piece))
            whole, left = _lines(piece, used)
            if whole:
                lines += [_encoded(rest + piece[:used]), whole]
                rest = left + value
            else:
                rest += piece + value
        return b"".join((*lines, _encoded(rest)))

    def _parts(self, values: Mapping[str, bytes]) -> Iterator[bytes]:
        yield self.pieces[0]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            yield values[name]
            yield piece


@dataclass
class Form:
    """A letter with marks: its frame and the two bodies in it; ``is_proven`` says whether filling it in is right."""

    frame: Pattern
    text: Pattern
    html: Pattern
    is_proven: bool | None = None

    def filled(self, name: str, header: bytes, urls: Mapping[str, str], key: str) -> bytes:
        """The letter to one reader, with the ``header`` that names them."""
        raw = {address: url.encode() for address, url in urls.items()}
        safe = {address: str(escape(url)).encode() for address, url in urls.items()}
        text = self.text.encoded({**raw, _NAME: name.encode()})
        html = self.html.encoded({**safe, _NAME: str(escape(name)).encode()})
        keys = {"key": key.encode(), "boundary": key[:40].encode()}
        return self.frame.filled({**raw, **keys, _TO: header, _TEXT: text, _HTML: html})


def write(payload: str, desk: Desk, *, key: str, posted_at: datetime) -> bytes:
    """The bytes of the letter that ``Letter.to_json`` wrote, and that is kept as ``payload``; the same that ``compose``
    gives."""
    form, filled = _merged(payload, desk, key, posted_at)
    if form is not None and form.is_proven:
        return filled
    whole = compose(Letter.from_json(json.loads(payload)), desk, key=key, posted_at=posted_at)
    if form is not None and form.is_proven is None:
        form.is_proven = filled == whole
    return whole


def _merged(payload: str, desk: Desk, key: str, posted_at: datetime) -> tuple[Form | None, bytes]:
    """The form of a letter, None where it has none, and the letter filled in."""
    parts = _SAID.fullmatch(payload)
    if parts is None:
        return None, b""
    # Only what differs from reader to reader is read.
    letter = Letter.from_json(json.loads(f"{parts[1]}{{}}{parts[3]}"))
    header = to_header(letter.to_name, deliverable(letter.to_email))
    if header is None or letter.to_name != clean(letter.to_name):
        return None, b""
    urls = urls_of(letter, desk)
    lengths = tuple((name, len(url)) for name, url in urls.items())
    form = _form(desk, letter.kind, letter.language, letter.zone, parts[2], lengths, len(key), posted_at)
    return form, form.filled(letter.to_name, header, urls, key) if form is not None else b""


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
    urls, key = {name: _mark(name, length) for name, length in lengths}, _mark("key", key_length)
    data = {"kind": kind, "language": language, "zone": zone, "to": (_NAME, _TO), "context": json.loads(said)}
    shown = preview(Letter.from_json({**data, "links": {}, "calendar": None}), desk, urls)
    if _MARK in shown.subject:
        return None
    empty = replace(shown, to=Party("", _TO), text=_TEXT, html=_HTML)
    whole = enveloped(empty, urls, desk, key=key, posted_at=posted_at)
    marks = {name: mark.encode() for name, mark in urls.items()}
    bodies = {_TEXT: _encoded(_ended(_TEXT)), _HTML: _encoded(_ended(_HTML)), _TO: f"To: {_TO}\r\n".encode()}
    frame = Pattern.of(whole, {**marks, "boundary": key[:40].encode(), "key": key.encode(), **bodies})
    words = {**marks, _NAME: _NAME.encode()}
    return Form(frame, Pattern.of(_ended(shown.text), words), Pattern.of(_ended(shown.html), words))


def _mark(name: str, length: int) -> str:
    """What stands for ``name``: as long as what it stands for, so that headers are folded alike."""
    return f"{name}{_MARK}"[:length].ljust(length, "x")


def _ended(text: str) -> bytes:
    """``text`` with the line ends of a letter."""
    return b"".join(line + b"\r\n" for line in text.encode().splitlines())


@lru_cache(MOST_ENCODED)
def _lines(piece: bytes, used: int) -> tuple[bytes, bytes]:
    """All whole lines of ``piece`` after its first ``used`` bytes, encoded, and what is left of it."""
    whole = used + (len(piece) - used) // LINE * LINE
    return _encoded(piece[used:whole]), piece[whole:]


def _encoded(content: bytes) -> bytes:
    """``content`` as the body of a part."""
    return encodebytes(content).replace(b"\n", b"\r\n")
