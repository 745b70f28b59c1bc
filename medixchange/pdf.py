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


SPILLED = 0.25
"""How much of its last page a text fills at most to be set a little smaller, where that saves the page."""


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """A tagged PDF made at ``at`` (aware), the same bytes for the same template and data.

    The template marks where it ends: ``metadata((page, share of the page)) <end>``.
    """
    source = template.read_bytes()
    inputs = _fitting(source, {"data": json.dumps(data, ensure_ascii=False)})
    made = typst.compile(source, font_paths=fonts(), sys_inputs=inputs, timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made


def _fitting(source: bytes, inputs: dict[str, str]) -> dict[str, str]:
    """The inputs, with ``snug`` where a few lines would have a page of their own otherwise."""
    page, share = _end(source, inputs)
    if page == 1 or share > SPILLED:
        return inputs
    snug = {**inputs, "snug": "yes"}
    return snug if _end(source, snug)[0] < page else inputs


def _end(source: bytes, inputs: dict[str, str]) -> tuple[int, float]:
    found = typst.query(source, "<end>", field="value", one=True, font_paths=fonts(), sys_inputs=inputs)
    page, share = json.loads(found)
    return page, share


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
