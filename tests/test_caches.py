"""What a server keeps for ever has few keys; what days, people or problems are asked about is kept within bounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from medixchange.availability.windows import Hours, Weekly
from medixchange.matching import masks
from medixchange.matching.facts import horizon
from medixchange.policies.values import Policy
from medixchange.times import zones
from tests.make import NOW

PACKAGE = Path(zones.__file__).parents[1]
FEW = {
    "i18n.catalogues.translations": "one for each language",
    "library.glossary.terms": "one",
    "library.handbook.handbook": "pages in their languages",
    "library.handbook.languages": "pages",
    "library.handbook.printed": "pages in their languages, at the address of this server",
    "library.handbook.with_glossary": "pages in their languages",
    "matching.remembered._asked": "one for each of two databases",
    "pdf.characters": "one",
    "pdf.fonts": "one",
    "recaps.mailing.words": "lasts as long as a mailing is read",
    "schema.newest_revision": "one",
    "templating.environment": "one",
    "times.holidays._calendar": "countries in 80 years, 4 KB each",
    "times.zones.zone": "zones that there are",
}
"""What is kept without a bound, and why that is little."""


def kept_for_ever() -> Iterator[str]:
    """Every function whose answers are kept without a bound."""
    for file in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_is_endless(each) for each in node.decorator_list):
                yield f"{module}.{node.name}"


def _is_endless(decorator: ast.expr) -> bool:
    """``cache``, ``lru_cache`` of None."""
    said = ast.unparse(decorator).removeprefix("functools.")
    return said == "cache" or (said.startswith("lru_cache(") and "None" in said)


def test_nothing_with_many_keys_is_kept_for_ever() -> None:
    assert sorted(kept_for_ever()) == sorted(FEW)


def test_the_hours_of_two_thousand_people_are_laid_over_the_grid_once() -> None:
    grid, place = horizon(NOW), masks.Place("Asia/Shanghai", "CN")
    everybody = [
        Hours((Weekly(day, start, start + length),))
        for day in range(7)
        for start in range(0, 720, 15)
        for length in range(60, 450, 60)
    ]
    before = masks._hours.cache_info().misses

    for each in (*everybody, *everybody):
        masks.person_masks(each, place, notice=timedelta(), now=NOW, grid=grid, policy=Policy())

    assert masks._hours.cache_info().misses - before == len(everybody)


def test_hours_of_ever_new_days_are_kept_within_bounds() -> None:
    day = NOW.date()
    for year in range(zones.MIN_YEAR, zones.MIN_YEAR + 60):
        for minute in range(1_200):
            zones.stretch(day.replace(year=year), minute, minute + 1, "UTC")

    info = zones._edge.cache_info()
    assert info.currsize == info.maxsize
