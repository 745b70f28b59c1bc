"""The shelf: every recap that anybody may read, by topic, place, language and date, as a page and as an Atom feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES, ranked
from medixchange.i18n import Words, direction
from medixchange.library import queries
from medixchange.library.filters import Filters, read_filters
from medixchange.library.models import LibraryEdition
from medixchange.library.queries import Counts, Item
from medixchange.messages import N_
from medixchange.people import queries as people
from medixchange.web.access import Public, policy
from medixchange.web.numbers import number_in
from medixchange.web.page import Db, Reading, render

SHELF = "/library"
FEED = "/library/feed.atom"
A_PAGE = 12
SHOWN = 8
"""Values of one filter that stand open; the others are behind "Show all"."""

router = APIRouter()


@dataclass(frozen=True)
class Tongue:
    """A language that an entry can be read in."""

    tag: str
    name: str
    direction: str
    href: str


@dataclass(frozen=True)
class Shown:
    """An entry as this reader sees it: in the language nearest to theirs, with its others beside."""

    item: Item
    edition: LibraryEdition
    direction: str
    is_other: bool
    tongues: Sequence[Tongue]


@dataclass(frozen=True)
class Choice:
    """A value of a filter: its words, how many entries it shows, and where it leads."""

    words: str
    number: int
    href: str
    is_chosen: bool
    language: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Facet:
    """One filter with its values; ``all_href`` leads to where it is not set."""

    name: str
    title: str
    choices: Sequence[Choice]
    all_href: str

    @property
    def open(self) -> Sequence[Choice]:
        """The first values, and the one that is set."""
        return [each for at, each in enumerate(self.choices) if at < SHOWN or each.is_chosen]

    @property
    def rest(self) -> Sequence[Choice]:
        """The values behind "Show all"."""
        return [each for at, each in enumerate(self.choices) if at >= SHOWN and not each.is_chosen]

    @property
    def chosen(self) -> Choice | None:
        """The value that is set."""
        return next((each for each in self.choices if each.is_chosen), None)


@router.get(SHELF, dependencies=[policy(Public)])
def show(request: Request, db: Db, reader: Reading) -> Response:
    """Recaps under the filters of the address, a page at a time."""
    filters = read_filters(request.query_params)
    total = queries.total(db, filters)
    pages = max(1, -(-total // A_PAGE))
    page = min(number_in(request.query_params.get("page", "")) or 1, pages)
    items = queries.held_latest(db, filters, first=(page - 1) * A_PAGE, most=A_PAGE)
    return render(
        request,
        "library/shelf.html",
        filters=filters,
        facets=facets(db, filters, reader.words),
        shown=[shown(item, reader.words.language) for item in items],
        total=total,
        page=page,
        steps=_steps(filters, page, pages),
        feed=f"{FEED}?{filters.query(lang=reader.words.language)}",
    )


def shown(item: Item, language: str) -> Shown:
    """An entry for a reader of ``language``."""
    by_tag = {each.language: each for each in item.editions}
    order = ranked(list(by_tag), language)
    tongues = [
        Tongue(tag, NAMES.get(tag, tag), direction(tag), f"/recaps/{item.entry.slug}/{tag}")
        for tag in sorted(by_tag, key=list(NAMES).index)
    ]
    return Shown(item, by_tag[order[0]], direction(order[0]), order[0] != language, tongues)


def facets(db: Session, filters: Filters, said: Words) -> list[Facet]:
    """The filters with their values, the fullest first; dates the latest first. One that is set is always there."""
    counts = queries.counts(db, filters)
    chosen = (
        (counts.topics, filters.topic),
        (counts.countries, filters.country),
        (counts.hospitals, filters.hospital),
        (counts.languages, filters.language),
    )
    for counter, value in chosen:
        counter.update({value: 0} if value else {})
    topics = [(code, said.specialty(code), n) for code, n in counts.topics.items()]
    countries = [(code, said.country(code), n) for code, n in counts.countries.items()]
    hospitals = [(code, _hospital(db, code, counts), n) for code, n in counts.hospitals.items()]
    tongues = [(tag, NAMES.get(tag, tag), n) for tag, n in counts.languages.items()]
    found = (
        ("topic", said.gettext(N_("Topic")), sorted(topics, key=_fullest)),
        ("country", said.gettext(N_("Country")), sorted(countries, key=_fullest)),
        ("hospital", said.gettext(N_("Hospital")), sorted(hospitals, key=_fullest)),
        ("language", said.gettext(N_("Language")), sorted(tongues, key=_fullest)),
        ("when", said.gettext(N_("Date")), _dates(counts, filters, said)),
    )
    return [_facet(filters, name, title, values) for name, title, values in found]


def _hospital(db: Session, code: str, counts: Counts) -> str:
    """The name of a hospital; its code where there is none with it."""
    if code in counts.names:
        return counts.names[code]
    found = people.hospital_by_code(db, code)
    return found.name if found else code


def _facet(filters: Filters, name: str, title: str, values: Sequence[tuple[str, str, int]]) -> Facet:
    current = getattr(filters, name)
    choices = [
        Choice(
            words,
            number,
            _address(filters.query(**{name: value})),
            value == current,
            value if name == "language" else "",
            direction(value) if name == "language" else "",
        )
        for value, words, number in values
    ]
    return Facet(name, title, choices, _address(filters.query(**{name: ""})))


def _fullest(value: tuple[str, str, int]) -> tuple[int, str]:
    return -value[2], value[1]


def _dates(counts: Counts, filters: Filters, said: Words) -> list[tuple[str, str, int]]:
    """Years; of the year that is chosen its months as well."""
    found: list[tuple[str, str, int]] = []
    known = {*counts.months, *([filters.when] if filters.when else [])}
    for year in sorted({month[:4] for month in known}, reverse=True):
        months = sorted((month for month in known if month.startswith(f"{year}-")), reverse=True)
        found.append((year, year, sum(counts.months[month] for month in months)))
        if filters.when.startswith(year):
            found += [(each, said.month(date.fromisoformat(f"{each}-01")), counts.months[each]) for each in months]
    return found


def _steps(filters: Filters, page: int, pages: int) -> dict[str, str]:
    """Where the page before and the page after this one are; empty where there is none."""
    return {
        "newer": _address(filters.query(page=str(page - 1) if page > 2 else "")) if page > 1 else "",
        "older": _address(filters.query(page=str(page + 1))) if page < pages else "",
    }


def _address(query: str) -> str:
    return f"{SHELF}?{query}" if query else SHELF
