"""Rows for hospitals, people in their roles, panels and video rooms.

``is_demo`` marks what came with the demo data: it is matched only with its like, and goes when that is removed.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, false
from sqlmodel import Field

from medixchange.db import Row


class Hospital(Row, table=True):
    """An institution that asks for sessions; unapproved ones may ask but are not matched into calendars."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=200)
    city: str = Field(max_length=120)
    country: str = Field(max_length=2)
    zone: str = Field(max_length=64)
    approved_at: datetime | None = None
    created_at: datetime
    is_demo: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Person(Row, table=True):
    """One human being with one address; roles are rows of their own that point here."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    email: str = Field(unique=True, max_length=254)
    language: str = Field(default="en", max_length=35)
    zone: str = Field(max_length=64)
    country: str = Field(max_length=2)
    created_at: datetime
    is_demo: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Liaison(Row, table=True):
    """A person who asks for a hospital and receives its letters."""

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True, index=True)


class Organizer(Row, table=True):
    """A person who decides at the desk."""

    person_id: int = Field(foreign_key="person.id", primary_key=True)


class Panel(Row, table=True):
    """A group of experts of one institution."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=200)
    institution: str = Field(max_length=200)
    city: str = Field(max_length=120)
    country: str = Field(max_length=2)
    zone: str = Field(max_length=64)
    is_demo: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Expert(Row, table=True):
    """What a person needs to be asked as an expert. Rest in minutes, notice in hours."""

    __table_args__ = (
        CheckConstraint("max_day > 0 AND max_week > 0 AND max_month > 0", name="caps_positive"),
        CheckConstraint("rest_minutes >= 0 AND notice_hours >= 0", name="rest_not_negative"),
    )

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    title: str = Field(default="", max_length=200)
    max_day: int = 1
    max_week: int = 2
    max_month: int = 6
    rest_minutes: int = 60
    notice_hours: int = 48
    active: bool = True


class PanelMember(Row, table=True):
    """An expert sits on a panel, or on several."""

    panel_id: int = Field(foreign_key="panel.id", primary_key=True)
    expert_id: int = Field(foreign_key="expert.person_id", primary_key=True, index=True)


class ExpertSpecialty(Row, table=True):
    """How deep an expert's knowledge of one specialty is: 1 practises, 2 leads, 3 teaches it."""

    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level_in_range"),)

    expert_id: int = Field(foreign_key="expert.person_id", primary_key=True)
    specialty: str = Field(primary_key=True, max_length=60)
    level: int


class ExpertLanguage(Row, table=True):
    """How well an expert follows and speaks a language, 0 (not) to 5 (as a first language)."""

    __table_args__ = (
        CheckConstraint("listening BETWEEN 0 AND 5 AND speaking BETWEEN 0 AND 5", name="levels_in_range"),
    )

    expert_id: int = Field(foreign_key="expert.person_id", primary_key=True)
    language: str = Field(primary_key=True, max_length=35)
    listening: int
    speaking: int


class Interpreter(Row, table=True):
    """What a person needs to be asked as an interpreter. Caps and rest in minutes, notice in hours."""

    __table_args__ = (
        CheckConstraint("max_minutes_day > 0 AND max_minutes_week > 0", name="caps_positive"),
        CheckConstraint("simultaneous OR consecutive", name="has_a_mode"),
    )

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    simultaneous: bool = True
    consecutive: bool = False
    domains: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    max_minutes_day: int = 240
    max_minutes_week: int = 900
    rest_minutes: int = 30
    notice_hours: int = 48
    active: bool = True


class InterpreterPair(Row, table=True):
    """An interpreter works out of ``source`` into ``target``."""

    interpreter_id: int = Field(foreign_key="interpreter.person_id", primary_key=True)
    source: str = Field(primary_key=True, max_length=35)
    target: str = Field(primary_key=True, max_length=35)


class Room(Row, table=True):
    """A video room; ``channels`` is how many interpreting channels it carries beside the floor."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=120)
    join_url: str = Field(max_length=500)
    seats: int = 100
    channels: int = 0
    active: bool = True
    is_demo: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
