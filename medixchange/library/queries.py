"""Reads the shelf: entries under filters, and how many there are behind every other filter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, distinct, extract, func, select

from medixchange.library.filters import Filters
from medixchange.library.models import LibraryEdition, LibraryEntry, LibraryHospital, LibraryTopic
from medixchange.library.search import terms
from medixchange.people.models import Hospital


@dataclass(frozen=True)
class Item:
    """An entry with its hospitals, the one that led its session first, its languages and its topics."""

    entry: LibraryEntry
    hospitals: Sequence[Hospital]
    editions: Sequence[LibraryEdition]
    topics: Sequence[str]


@dataclass(frozen=True)
class Counts:
    """How many entries each value of a filter would show, with the other filters as they are; ``names`` are those of
    hospitals, by their codes."""

    topics: Counter[str]
    countries: Counter[str]
    hospitals: Counter[str]
    languages: Counter[str]
    months: Counter[str]
    names: Mapping[str, str]


def total(db: Session, filters: Filters) -> int:
    """How many entries pass the filters."""
    query = select(func.count()).select_from(LibraryEntry).where(*_conditions(filters))
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
    of_topic, of_edition = (col(each.entry_id) == LibraryEntry.id for each in (LibraryTopic, LibraryEdition))
    of_hospital = (col(LibraryHospital.entry_id) == LibraryEntry.id, Hospital.id == LibraryHospital.hospital_id)
    hospitals = _counted(db, col(Hospital.code), replace(filters, hospital=""), *of_hospital)
    return Counts(
        _counted(db, col(LibraryTopic.specialty), replace(filters, topic=""), of_topic),
        _counted(db, col(Hospital.country), replace(filters, country=""), *of_hospital),
        hospitals,
        _counted(db, col(LibraryEdition.language), replace(filters, language=""), of_edition),
        _months(db, replace(filters, when="")),
        dict(db.exec(select(Hospital.code, Hospital.name).where(col(Hospital.code).in_(hospitals))).all()),
    )


def _counted(db: Session, value: Any, filters: Filters, *together: Any) -> Counter[str]:
    """How many entries pass by each ``value``, which is found ``together`` with them; each counts once for it, also
    where two of its hospitals are of one country."""
    query = select(value, func.count(distinct(col(LibraryEntry.id)))).where(*together, *_conditions(filters))
    return Counter(dict(db.exec(query.group_by(value)).all()))


def _months(db: Session, filters: Filters) -> Counter[str]:
    """How many entries pass by the month in which their session was held."""
    year, month = extract("year", col(LibraryEntry.held_on)), extract("month", col(LibraryEntry.held_on))
    query = select(year, month, func.count()).select_from(LibraryEntry).where(*_conditions(filters))
    return Counter({f"{int(y):04}-{int(m):02}": number for y, m, number in db.exec(query.group_by(year, month))})


def _items(db: Session, filters: Filters, order: tuple[Any, ...], *, first: int, most: int) -> list[Item]:
    query = select(LibraryEntry).where(*_conditions(filters)).order_by(*order).offset(first).limit(most)
    found = db.exec(query).all()
    ids = [entry.id for entry in found]
    hospitals = _hospitals(db, found)
    editions = db.exec(select(LibraryEdition).where(col(LibraryEdition.entry_id).in_(ids))).all() if ids else []
    topics = db.exec(select(LibraryTopic).where(col(LibraryTopic.entry_id).in_(ids))).all() if ids else []
    return [
        Item(
            entry,
            hospitals[entry.id],
            [each for each in editions if each.entry_id == entry.id],
            [each.specialty for each in topics if each.entry_id == entry.id],
        )
        for entry in found
    ]


def _hospitals(db: Session, entries: Sequence[LibraryEntry]) -> Mapping[int, list[Hospital]]:
    """Of each entry, the one that led its session first."""
    leads = {entry.id: entry.hospital_id for entry in entries}
    query = (
        select(LibraryHospital.entry_id, Hospital)
        .join(Hospital, col(Hospital.id) == col(LibraryHospital.hospital_id))
        .where(col(LibraryHospital.entry_id).in_(leads))
        .order_by(col(Hospital.id))
    )
    found = defaultdict[int, list[Hospital]](list)
    for entry_id, hospital in sorted(db.exec(query), key=lambda row: row[1].id != leads[row[0]]):
        found[entry_id].append(hospital)
    return found


def _conditions(filters: Filters) -> list[Any]:
    """What an entry has to fulfil."""
    found: list[Any] = []
    if filters.topic:
        about = select(LibraryTopic.entry_id).where(LibraryTopic.specialty == filters.topic)
        found.append(col(LibraryEntry.id).in_(about))
    if filters.country:
        found.append(_is_of(Hospital.country == filters.country))
    if filters.hospital:
        found.append(_is_of(Hospital.code == filters.hospital))
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


def _is_of(hospital: Any) -> Any:
    """One of the hospitals of an entry is as ``hospital`` says."""
    here = select(LibraryHospital.entry_id).join(Hospital, col(Hospital.id) == col(LibraryHospital.hospital_id))
    return col(LibraryEntry.id).in_(here.where(hospital))
