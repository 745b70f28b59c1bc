"""Rows for recaps: one for a session, one for each of its languages, one for each time somebody saved it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint, false
from sqlmodel import Field

from medixchange.db import Row, choice
from medixchange.recaps.lifecycle import VersionState as VersionState

MOST_TITLE = 200
MOST_TEXT = 60_000


class Visibility(StrEnum):
    """Who may read a published recap."""

    PUBLIC = "public"
    INVITED = "invited"


class Recap(Row, table=True):
    """What was said in one session; ``slug`` is its address for good (``mx-2017``), ``original`` the language that
    was written first. Who opens one that was withdrawn reads ``reason``."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id", unique=True)
    slug: str = Field(unique=True, max_length=40)
    original: str = Field(max_length=35)
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=choice(Visibility))
    created_at: datetime
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = Field(default="", max_length=500)


class RecapVersion(Row, table=True):
    """One language of a recap. ``number`` is that of its latest revision; ``published`` the one that readers see.

    A translation was made from revision ``source_number`` of the language ``source``. From which one, and by whom
    checked, what readers see was is kept apart (``published_source_number``, ``published_by``), since the latest
    revision may be newer.
    """

    __table_args__ = (UniqueConstraint("recap_id", "language"),)

    id: int = Field(default=None, primary_key=True)
    recap_id: int = Field(foreign_key="recap.id")
    language: str = Field(max_length=35)
    state: VersionState = Field(default=VersionState.DRAFT, sa_type=choice(VersionState))
    number: int = 1
    source: str = Field(default="", max_length=35)
    source_number: int = 0
    checked_by: int | None = Field(default=None, foreign_key="person.id")
    checked_at: datetime | None = None
    published: int | None = None
    published_source_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    published_by: int | None = Field(default=None, foreign_key="person.id")
    published_checked_at: datetime | None = None


class RecapRevision(Row, table=True):
    """What somebody saved; rows are only added."""

    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="recapversion.id")
    number: int
    title: str = Field(max_length=MOST_TITLE)
    text: str = Field(max_length=MOST_TEXT)
    author_id: int = Field(foreign_key="person.id")
    at: datetime

    @property
    def words(self) -> tuple[str, str]:
        """What its readers read: two revisions with the same words say the same."""
        return self.title, self.text


class RecapPdf(Row, table=True):
    """The PDF of a published revision, made when it was published."""

    revision_id: int = Field(foreign_key="recaprevision.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    made_at: datetime


MOST_LIST_NAME = 80


class ReaderList(Row, table=True):
    """A list of people who want to read recaps (a ministry, sister hospitals); one that was deleted stays for the links
    in letters that went."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=MOST_LIST_NAME)
    created_at: datetime
    deleted_at: datetime | None = None


class ListMember(Row, table=True):
    """Somebody on a list; ``seed`` makes the link with which they leave it, ``left_at`` says that they did, or with
    ``by_desk`` that they were taken off."""

    __table_args__ = (UniqueConstraint("list_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="readerlist.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    seed: str = Field(unique=True, max_length=64)
    added_at: datetime
    left_at: datetime | None = None
    by_desk: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class RecapReceipt(Row, table=True):
    """Which revision of a recap somebody was mailed last, by which letter, and which one they ``had`` before.

    ``seed`` makes their own link to the page; ``member_id`` is their place on the list that it came by,
    ``attendee_id`` their entry among those who signed in to the session.
    """

    __table_args__ = (UniqueConstraint("recap_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    recap_id: int = Field(foreign_key="recap.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    version_id: int = Field(foreign_key="recapversion.id")
    number: int
    had: int | None = None
    member_id: int | None = Field(default=None, foreign_key="listmember.id")
    attendee_id: int | None = Field(default=None, foreign_key="sessionattendee.id")
    delivery_id: int = Field(foreign_key="delivery.id")
    seed: str = Field(unique=True, max_length=64)
