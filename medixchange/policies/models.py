"""Rows for the house rules: every version that somebody wrote, and since when it is used."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from medixchange.db import Row


class MatchingPolicy(Row, table=True):
    """One version of the house rules and weights; never changed once it is written.

    ``rules`` is ``policies.values.HouseRules`` as JSON, ``source`` where the table of interpreters is from. The version
    in use is the one with the latest ``used_from``; one that nobody has put into use is a draft. ``again_id`` is the
    earlier version that it brings back.
    """

    id: int = Field(default=None, primary_key=True)
    rules: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str = Field(max_length=200)
    note: str = Field(default="", max_length=500)
    note_language: str = Field(default="", max_length=35)
    again_id: int | None = Field(default=None, foreign_key="matchingpolicy.id")
    made_at: datetime
    made_by: str = Field(max_length=60)
    used_from: datetime | None = Field(default=None, index=True)
    used_by: str = Field(default="", max_length=60)
