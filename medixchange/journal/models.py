"""The row that remembers an act; rows are only ever added (a trigger refuses change)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from medixchange.db import Row


class JournalEntry(Row, table=True):
    """Who (``person:ID``, ``link:PURPOSE`` or ``program``) did what (``verb``) to what (``request:7``)."""

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor: str = Field(max_length=40)
    verb: str = Field(max_length=40)
    subject: str = Field(index=True, max_length=80)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
