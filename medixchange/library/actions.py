"""Puts recaps on the shelf and takes them off; called in the transaction that publishes or withdraws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from medixchange.library.models import MOST_WORDS, LibraryEdition, LibraryEntry, LibraryHospital, LibraryTopic
from medixchange.library.search import fold


@dataclass(frozen=True)
class Edition:
    """One language of a recap, as the shelf shows it; ``updated_at`` is when these words were published."""

    language: str
    title: str
    summary: str
    updated_at: datetime


@dataclass(frozen=True)
class Shelved:
    """A recap as the shelf knows it; of ``hospital_ids`` the first led its session, and ``held_on`` is the day there.

    ``references`` are what it is known by.
    """

    slug: str
    urn: str
    hospital_ids: Sequence[int]
    references: Sequence[str]
    held_on: date
    published_at: datetime
    topics: Sequence[str]
    editions: Sequence[Edition]


def put(db: Session, shelved: Shelved) -> LibraryEntry:
    """Show a recap on the shelf as it is now, whether it stood there or not."""
    entry = db.exec(select(LibraryEntry).where(LibraryEntry.slug == shelved.slug)).one_or_none()
    updated_at = max(each.updated_at for each in shelved.editions)
    facts: dict[str, Any] = {
        "urn": shelved.urn,
        "hospital_id": shelved.hospital_ids[0],
        "held_on": shelved.held_on,
        "published_at": shelved.published_at,
        "updated_at": updated_at,
    }
    if entry is None:
        entry = LibraryEntry(slug=shelved.slug, **facts)
    else:
        entry.sqlmodel_update(facts)
        _clear(db, entry.id)
    db.add(entry)
    db.flush()
    db.add_all(LibraryHospital(entry_id=entry.id, hospital_id=each) for each in shelved.hospital_ids)
    db.add_all(_edition(entry, each, shelved.references) for each in shelved.editions)
    db.add_all(LibraryTopic(entry_id=entry.id, specialty=topic) for topic in dict.fromkeys(shelved.topics))
    db.flush()
    return entry


def remove(db: Session, slug: str) -> None:
    """Take a recap off the shelf, if it stands there."""
    entry = db.exec(select(LibraryEntry).where(LibraryEntry.slug == slug)).one_or_none()
    if entry is not None:
        _clear(db, entry.id)
        db.delete(entry)
        db.flush()


def searched(references: Sequence[str], title: str, summary: str) -> str:
    """What a search looks through: title, summary and every reference."""
    return fold(" ".join([title, summary, *references]))[:MOST_WORDS]


def _clear(db: Session, entry_id: int) -> None:
    for table in (LibraryHospital, LibraryEdition, LibraryTopic):
        db.exec(delete(table).where(col(table.entry_id) == entry_id))


def _edition(entry: LibraryEntry, edition: Edition, references: Sequence[str]) -> LibraryEdition:
    return LibraryEdition(
        entry_id=entry.id,
        language=edition.language,
        title=edition.title,
        summary=edition.summary,
        words=searched(references, edition.title, edition.summary),
        updated_at=edition.updated_at,
    )
