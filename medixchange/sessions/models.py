"""Rows for sharing sessions and for those who are invited to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, LargeBinary, UniqueConstraint, false
from sqlmodel import Field

from medixchange.db import Row, choice
from medixchange.sessions.attendee_draft import MOST_INSTITUTION, MOST_NAME
from medixchange.sessions.attendee_draft import AttendeeRole as AttendeeRole
from medixchange.sessions.file_kinds import MOST_NAME as MOST_FILE_NAME
from medixchange.sessions.lifecycle import SessionState as SessionState

MOST_AGENDA, MOST_QUESTION, MOST_NOTE_ON_ANSWER = 4000, 1000, 500
MOST_ASKED = 4000
MOST_NOTE = 2000
CODE_LENGTH = 6
MOST_REASON = 300


class Role(StrEnum):
    """In what capacity somebody is invited."""

    LIAISON = "liaison"
    EXPERT = "expert"
    INTERPRETER = "interpreter"


class SharingSession(Row, table=True):
    """One scheduled live exchange; ``uid`` stays for life, ``sequence`` rises with each real change.

    ``organizer_id`` is who approved it, and is asked for its recap. A turn of an interpreter is at most
    ``turn_minutes`` long.
    """

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, max_length=120)
    sequence: int = 0
    state: SessionState = Field(index=True, sa_type=choice(SessionState))
    request_id: int = Field(foreign_key="sessionrequest.id", index=True)
    match_id: int = Field(foreign_key="proposedmatch.id", unique=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    room_id: int = Field(foreign_key="room.id")
    topic: str = Field(max_length=200)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    mode: str = Field(max_length=20)
    speech: str = Field(max_length=35)
    audience: str = Field(max_length=35)
    relay: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    others: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    turn_minutes: int = Field(default=30, sa_column_kwargs={"server_default": "30"})
    reason: str = Field(default="", max_length=500)
    reason_language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    agenda: str = Field(default="", max_length=MOST_AGENDA, sa_column_kwargs={"server_default": ""})
    agenda_language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    organizer_id: int | None = Field(default=None, foreign_key="person.id")
    sign_in_code: str | None = Field(default=None, unique=True, index=True, max_length=CODE_LENGTH)
    created_at: datetime
    modified_at: datetime


class Attendance(Row, table=True):
    """One person's place in one session and the answer to the invitation (RFC 5545 PARTSTAT).

    ``joined_id`` is the request for which a liaison comes, where it is one that takes part in another's session.
    ``sequence`` is that of the last letter to this person: an answer to an older one is stale. ``other_hour`` is when
    somebody who cannot come would come instead. At the roll call they were there from ``present_at`` on, or not there
    at ``missed_at``; never both.
    """

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=choice(Role))
    leg: str = Field(default="", max_length=80)
    joined_id: int | None = Field(default=None, foreign_key="sessionrequest.id")
    sequence: int = 0
    partstat: str = Field(default="NEEDS-ACTION", max_length=20)
    reason: str = Field(default="", max_length=500)
    other_hour: datetime | None = None
    answered_at: datetime | None = None
    answered_sequence: int | None = None
    removed_at: datetime | None = None
    seed: str = Field(unique=True, max_length=64)
    present_at: datetime | None = None
    missed_at: datetime | None = None


class IncidentNote(Row, table=True):
    """What happened in a session, as somebody of the desk wrote it down; rows are only added. ``language`` is that of
    its writer, empty where nobody knows."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id", index=True)
    text: str = Field(max_length=MOST_NOTE)
    language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    written_by: int = Field(foreign_key="person.id")
    at: datetime


class SessionAttendee(Row, table=True):
    """Somebody who joined in a group and signed in by the code, as they wrote it; ``seed`` makes the link by which
    they get no more letters, ``left_at`` says that they did. ``reason`` is why an organizer took them off.
    ``hospital_id`` is from which of several hospitals they come; None for none of them, and where one alone takes part.
    """

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    hospital_id: int | None = Field(default=None, foreign_key="hospital.id")
    name: str = Field(max_length=MOST_NAME)
    institution: str = Field(max_length=MOST_INSTITUTION)
    role: AttendeeRole = Field(sa_type=choice(AttendeeRole))
    language: str = Field(max_length=35)
    at: datetime
    seed: str = Field(unique=True, max_length=64)
    left_at: datetime | None = None
    removed_at: datetime | None = None
    reason: str = Field(default="", max_length=MOST_REASON)


class SessionQuestion(Row, table=True):
    """A question that somebody invited has sent ahead, in its writer's language; ``note`` says what was answered, in
    that of who wrote it down. ``with_request`` says that it came with a request; ``joined_id`` is the request for which
    it was asked, where that has joined the one of the session."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    joined_id: int | None = Field(default=None, foreign_key="sessionrequest.id")
    language: str = Field(max_length=35)
    text: str = Field(max_length=MOST_ASKED)
    asked_at: datetime
    answered_at: datetime | None = None
    note: str = Field(default="", max_length=MOST_NOTE_ON_ANSWER)
    note_language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    with_request: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class SessionFile(Row, table=True):
    """A file beside a session: slides, a protocol, a form. ``with_recap`` gives it to all who may read the recap; the
    others see it on their page of the session. ``joined_id`` is the request it was added for, as for questions."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="sharingsession.id", index=True)
    name: str = Field(max_length=MOST_FILE_NAME)
    size: int
    digest: str = Field(max_length=64)
    with_recap: bool = False
    uploaded_by: int = Field(foreign_key="person.id")
    joined_id: int | None = Field(default=None, foreign_key="sessionrequest.id")
    uploaded_at: datetime


class SessionFileContent(Row, table=True):
    """The bytes of a file, apart from its row: lists of files do not load them."""

    file_id: int = Field(foreign_key="sessionfile.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
