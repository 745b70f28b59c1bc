"""Puts recaps on the shelf and takes them off; called in the transaction that publishes or withdraws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from medixchange.library.models import MOST_WORDS, LibraryEdition, LibraryEntry, LibraryTopic
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
    """A recap as the shelf knows it; ``held_on`` is the day of its session at the hospital."""

    slug: str
    urn: str
    hospital_id: int
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
        "hospital_id": shelved.hospital_id,
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
    db.add_all(_edition(entry, each) for each in shelved.editions)
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


def searched(slug: str, title: str, summary: str) -> str:
    """What a search looks through: title, summary and reference."""
    return fold(f"{title} {summary} {slug}")[:MOST_WORDS]


def _clear(db: Session, entry_id: int) -> None:
    db.exec(delete(LibraryEdition).where(col(LibraryEdition.entry_id) == entry_id))
    db.exec(delete(LibraryTopic).where(col(LibraryTopic.entry_id) == entry_id))


def _edition(entry: LibraryEntry, edition: Edition) -> LibraryEdition:
    return LibraryEdition(
        entry_id=entry.id,
        language=edition.language,
        title=edition.title,
        summary=edition.summary,
        words=searched(entry.slug, edition.title, edition.summary),
        updated_at=edition.updated_at,
    )
