"""Reads the shelf: entries under filters, and how many there are behind every other filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, extract, func, select

from medixchange.library.filters import Filters
from medixchange.library.models import LibraryEdition, LibraryEntry, LibraryTopic
from medixchange.library.search import terms
from medixchange.people.models import Hospital


@dataclass(frozen=True)
class Item:
    """An entry with its hospital, its languages and its topics."""

    entry: LibraryEntry
    hospital: Hospital
    editions: Sequence[LibraryEdition]
    topics: Sequence[str]


@dataclass(frozen=True)
class Counts:
    """How many entries each value of a filter would show, with the other filters as they are."""

    topics: Counter[str]
    countries: Counter[str]
    languages: Counter[str]
    months: Counter[str]


def total(db: Session, filters: Filters) -> int:
    """How many entries pass the filters."""
    query = select(func.count()).select_from(LibraryEntry).join(Hospital).where(*_conditions(filters))
    return db.exec(query).one()


def held_latest(db: Session, filters: Filters, *, first: int, most: int) -> list[Item]:
    """The entries that pass, those of the latest sessions first."""
    order = (col(LibraryEntry.held_on).desc(), col(LibraryEntry.id).desc())
    return _items(db, filters, order, first=first, most=most)


def updated_latest(db: Session, filters: Filters, *, most: int) -> list[Item]:
    """The entries that pass, those that were published or corrected last first."""
    order = (col(LibraryEntry.updated_at).desc(), col(LibraryEntry.id).desc())
    return _items(db, filters, order, first=0, most=most)


def counts(db: Session, filters: Filters) -> Counts:
    """What stands behind each value of each filter."""
    topics = (
        select(LibraryTopic.specialty, func.count())
        .join(LibraryEntry)
        .join(Hospital)
        .where(*_conditions(replace(filters, topic="")))
        .group_by(col(LibraryTopic.specialty))
    )
    countries = (
        select(Hospital.country, func.count())
        .select_from(LibraryEntry)
        .join(Hospital)
        .where(*_conditions(replace(filters, country="")))
        .group_by(col(Hospital.country))
    )
    languages = (
        select(LibraryEdition.language, func.count())
        .join(LibraryEntry)
        .join(Hospital)
        .where(*_conditions(replace(filters, language="")))
        .group_by(col(LibraryEdition.language))
    )
    year, month = extract("year", col(LibraryEntry.held_on)), extract("month", col(LibraryEntry.held_on))
    months = (
        select(year, month, func.count())
        .select_from(LibraryEntry)
        .join(Hospital)
        .where(*_conditions(replace(filters, when="")))
        .group_by(year, month)
    )
    return Counts(
        Counter(dict(db.exec(topics).all())),
        Counter(dict(db.exec(countries).all())),
        Counter(dict(db.exec(languages).all())),
        Counter({f"{int(y):04}-{int(m):02}": number for y, m, number in db.exec(months)}),
    )


def _items(db: Session, filters: Filters, order: tuple[Any, ...], *, first: int, most: int) -> list[Item]:
    query = (
        select(LibraryEntry, Hospital)
        .join(Hospital)
        .where(*_conditions(filters))
        .order_by(*order)
        .offset(first)
        .limit(most)
    )
    found = db.exec(query).all()
    ids = [entry.id for entry, _ in found]
    editions = db.exec(select(LibraryEdition).where(col(LibraryEdition.entry_id).in_(ids))).all() if ids else []
    topics = db.exec(select(LibraryTopic).where(col(LibraryTopic.entry_id).in_(ids))).all() if ids else []
    return [
        Item(
            entry,
            hospital,
            [each for each in editions if each.entry_id == entry.id],
            [each.specialty for each in topics if each.entry_id == entry.id],
        )
        for entry, hospital in found
    ]


def _conditions(filters: Filters) -> list[Any]:
    """What an entry has to fulfil, joined to its hospital."""
    found: list[Any] = []
    if filters.topic:
        about = select(LibraryTopic.entry_id).where(LibraryTopic.specialty == filters.topic)
        found.append(col(LibraryEntry.id).in_(about))
    if filters.country:
        found.append(Hospital.country == filters.country)
    if filters.language:
        written = select(LibraryEdition.entry_id).where(LibraryEdition.language == filters.language)
        found.append(col(LibraryEntry.id).in_(written))
    if filters.period:
        found.append(col(LibraryEntry.held_on).between(*filters.period))
    if filters.text:
        # A search for signs alone finds nothing, rather than everything.
        wanted = terms(filters.text) or [filters.text]
        holding = [col(LibraryEdition.words).contains(term, autoescape=True) for term in wanted]
        found.append(col(LibraryEntry.id).in_(select(LibraryEdition.entry_id).where(*holding)))
    return found
