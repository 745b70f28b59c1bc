"""The To header of a letter, written by hand where a name is simple: the email package takes longer for it than for
all the rest."""

from __future__ import annotations

import re
from base64 import b64encode

MOST = 78
"""Characters of a line (RFC 5322, 2.1.1)."""
MOST_ENCODED = 76
"""Characters of a line with an encoded word (RFC 2047, 2)."""
MOST_BYTES = 45
"""Of a name in one encoded word, so that the line "To: =?utf-8?b?…?=" is not too long."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff]|=\?|^\s|\s$|\s\s|^$")


def to_header(name: str, email: str) -> bytes | None:
    """The header with its line ends, None where it is not so simple: a name that takes several lines, an address that
    is not ASCII.

    A name in ASCII is written as the email package writes it, one in other letters as one encoded word.
    """
    if _ADDRESS.fullmatch(email) is None or _UNSAFE.search(name):
        return None
    if not name.isascii():
        return _encoded(name.encode(), email)
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    line = f"To: {name} <{email}>" if _PLAIN.fullmatch(name) else f'To: "{escaped}" <{email}>'
    return f"{line}\r\n".encode() if len(line) <= MOST else None


def _encoded(name: bytes, email: str) -> bytes | None:
    if len(name) > MOST_BYTES or len(email) > MOST_ENCODED - len(" <>"):
        return None
    word = f"To: =?utf-8?b?{b64encode(name).decode()}?="
    gap = " " if len(word) + len(f" <{email}>") <= MOST_ENCODED else "\r\n "
    return f"{word}{gap}<{email}>\r\n".encode()
