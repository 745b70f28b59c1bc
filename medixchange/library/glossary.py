"""The words that translations use for the same thing everywhere: docs/glossary.md, which comes with the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from medixchange.documents.markdown import parse
from medixchange.documents.tree import Row, Table, words_of

COLUMNS = ("en", "zh-Hans", "fr", "id", "ar")
TAUGHT = 2
"""How many of its tables a handbook shows, from the first on; the others are for those who run the program."""


@dataclass(frozen=True)
class Term:
    """One thing in each language, by its tag."""

    names: Mapping[str, str]


@cache
def terms() -> tuple[Term, ...]:
    """The words that readers of a handbook meet, in English order."""
    found = sorted(_read(), key=lambda term: term.names["en"].casefold())
    return tuple(found)


def find_glossary() -> Path:
    """The page: inside the package in a wheel, among the docs in a checkout."""
    package = Path(str(resources.files("medixchange")))
    inside = package / "library" / "glossary.md"
    return inside if inside.is_file() else package.parent / "docs" / "glossary.md"


def _read() -> Iterator[Term]:
    blocks = parse(find_glossary().read_text(encoding="utf-8")).blocks
    for table in [block for block in blocks if isinstance(block, Table)][:TAUGHT]:
        yield from (Term(_names(row)) for row in table.rows)


def _names(row: Row) -> Mapping[str, str]:
    return dict(zip(COLUMNS, map(words_of, row), strict=False))
