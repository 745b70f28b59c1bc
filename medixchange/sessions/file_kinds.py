"""Which files may stand beside a session: their kinds, their sizes, and the names that they are kept under."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from medixchange.languages.texts import Wrong, clean_line
from medixchange.messages import say

MOST_NAME = 120
MOST_SIZE = 8 * 1024 * 1024
"""Bytes of one file: slides with pictures, and still some minutes on a thin line."""
MOST_FILES = 20
"""Files beside one session."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


def _begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signs)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


_ZIP = _begins(b"PK\x03\x04")
_KINDS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = MappingProxyType(
    {
        ".pdf": ("application/pdf", _begins(b"%PDF-")),
        ".pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
        ".docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
        ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
        ".odp": (f"{_OPEN}.presentation", _ZIP),
        ".odt": (f"{_OPEN}.text", _ZIP),
        ".ods": (f"{_OPEN}.spreadsheet", _ZIP),
        ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
        ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
        ".jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
        ".txt": ("text/plain; charset=utf-8", _is_text),
        ".csv": ("text/csv; charset=utf-8", _is_text),
    }
)
"""By ending: the media type that it is served as, and what the bytes have to look like. Nothing among them runs by
itself: no page, no drawing with a script, no document with macros."""

ENDINGS = tuple(_KINDS)
NAMES_OF_KINDS = ", ".join(ending[1:].upper() for ending in ENDINGS)
"""The same for people: "PDF, PPTX"."""
_FOLDERS = re.compile(r"[/\\]")
# What file systems keep for themselves, and what turns text around or cannot be seen.
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]')


def file_name(given: str) -> str:
    """The name to keep for a file that a browser calls ``given``: the last part of a path, on one line, without what
    file systems forbid or nobody sees, at most MOST_NAME characters with its ending.

    Raises Wrong where there is none, or its ending is of no kind that is taken.
    """
    last = _FOLDERS.split(given[-8 * MOST_NAME :])[-1]
    stem, _, kind = _NOT_IN_NAMES.sub("", clean_line(last)).rstrip(" .").rpartition(".")
    ending = f".{kind.lower()}"
    if ending not in _KINDS:
        raise Wrong(
            say(
                "Choose a file of one of these kinds: %(endings)s. Save it as a PDF where it is of another.",
                endings=NAMES_OF_KINDS,
            )
        )
    return (stem.strip(" .")[: MOST_NAME - len(ending)].rstrip(" .") or "file") + ending


def check_content(name: str, content: bytes) -> None:
    """Raises Wrong where ``content`` is empty, too large, or not what the ending of ``name`` says."""
    if not content:
        raise Wrong(say("This file is empty. Choose another one."))
    if len(content) > MOST_SIZE:
        raise too_large()
    _, fits = _kind(name)
    if not fits(content):
        raise Wrong(say("This file is not what its name says. Open it, save it anew and choose it again."))


def too_large() -> Wrong:
    """What to do about a file that is larger than MOST_SIZE."""
    return Wrong(
        say(
            "A file may have at most %(most)s MB. Make its pictures smaller, or write a link to it instead.",
            most=MOST_SIZE // (1024 * 1024),
        )
    )


def media_type(name: str) -> str:
    """What a file of this name is served as."""
    return _kind(name)[0]


def _kind(name: str) -> tuple[str, Callable[[bytes], bool]]:
    return _KINDS[f".{name.rpartition('.')[2]}"]
