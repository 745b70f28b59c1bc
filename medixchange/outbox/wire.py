"""How addresses and words are written for mail servers, and how what they answer is read."""

from __future__ import annotations

import re
from functools import lru_cache

from medixchange.languages.texts import clean_line

MOST_DOMAINS = 1024
MOST_WORDS = 300


def deliverable(address: str) -> str:
    """The address as every mail server knows it: with its domain in ASCII."""
    local, at, domain = address.rpartition("@")
    return local + at + _in_ascii(domain)


def clean(text: str) -> str:
    """Somebody else's words on one line, without control characters, cut to what a page shows."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()[:MOST_WORDS]


def said(code: int, text: bytes | str) -> str:
    """A server's answer on one line, which nothing in it turns around."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return clean(clean_line(f"{code} {words}"))


@lru_cache(MOST_DOMAINS)
def _in_ascii(domain: str) -> str:
    return domain.encode("idna").decode()
