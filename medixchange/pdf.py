"""Sets pages in type: a typst template and plain data become a PDF, with the fonts that we ship and no others.

The data reaches the template as JSON in ``sys.inputs.data``; no text in it is ever read as markup.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

FONTS = Path(str(resources.files("medixchange") / "fonts"))
COVERAGE = "coverage.txt"

Draws = Callable[[str], bool]
"""Whether the fonts have a character."""


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """A tagged PDF made at ``at`` (aware), the same bytes for the same template and data."""
    made = typst.compile(
        template.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def draws(character: str) -> bool:
    """Whether our fonts have this character, or it has no shape of its own (blanks, joiners, variation selectors)."""
    return ord(character) in characters() or character.isspace() or _is_unseen(character)


@cache
def characters() -> frozenset[int]:
    """Every character that our fonts have, from the list that is written with them."""
    found: set[int] = set()
    for line in (FONTS / COVERAGE).read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def name_of(character: str) -> str:
    """The name of a character in Unicode, in small letters: "grinning face"; empty where it has none."""
    return unicodedata.name(character, "").lower()


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F


@cache
def fonts() -> typst.Fonts:
    """Our fonts; those of the system and of typst itself are left out."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
