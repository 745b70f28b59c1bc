"""Rows for the shelf: one for each recap that everybody may read, with its hospitals, its languages and its topics."""

from datetime import date, datetime

from sqlmodel import Field

from medixchange.db import Row

MOST_SUMMARY = 300
MOST_WORDS = 1000


class LibraryEntry(Row, table=True):
    """A recap on the shelf: where it is read (``slug``), what feeds know it by for good (``urn``, a URN), which
    hospital led its session and on which day there it was. Recaps write it; nobody else does."""

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=40)
    urn: str = Field(unique=True, max_length=60)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    held_on: date = Field(index=True)
    published_at: datetime
    updated_at: datetime


class LibraryHospital(Row, table=True):
    """A hospital under which an entry is found: the one that led the session, and each whose team was there."""

    entry_id: int = Field(foreign_key="libraryentry.id", primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True, index=True)


class LibraryEdition(Row, table=True):
    """One published language of an entry; ``words`` is what a search looks through (library.search)."""

    entry_id: int = Field(foreign_key="libraryentry.id", primary_key=True)
    language: str = Field(primary_key=True, max_length=35, index=True)
    title: str = Field(max_length=200)
    summary: str = Field(max_length=MOST_SUMMARY)
    words: str = Field(max_length=MOST_WORDS)
    updated_at: datetime


class LibraryTopic(Row, table=True):
    """A specialty that an entry is about."""

    entry_id: int = Field(foreign_key="libraryentry.id", primary_key=True)
    specialty: str = Field(primary_key=True, max_length=60, index=True)
