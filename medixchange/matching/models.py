"""Rows for searches, proposed matches and who takes part in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint, false
from sqlmodel import Field

from medixchange.db import Row, choice

ATTEMPTS = 5
"""How often a search is begun before it is given up."""


class SearchState(StrEnum):
    """How far a search is."""

    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MatchState(StrEnum):
    """What became of a proposed match."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DISMISSED = "dismissed"
    STALE = "stale"  # a later search replaced it, or its people were taken
    CANCELLED = "cancelled"


class Repair(StrEnum):
    """What a proposal would mend for a session that cannot be as agreed."""

    SAME_HOUR = "same-hour"
    OTHER_HOUR = "other-hour"


class MatchSearch(Row, table=True):
    """One search for one request: what was asked, on which inputs, with which weights, and what came out.

    ``version`` is that of the request when the search began; ``outcome`` holds blockers and relaxations as messages
    in JSON where nothing fits; ``went_by`` tells two earlier plans apart that searches of a series go by, and is what
    stood when it was begun last; so do ``closings_read`` and ``openings_read``, how often days were closed and opened
    again by then.
    """

    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="sessionrequest.id", index=True)
    state: SearchState = Field(index=True, sa_type=choice(SearchState))
    version: int = 1
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    inputs_hash: str = Field(default="", max_length=64)
    weights: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    outcome: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    went_by: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    closings_read: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    openings_read: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    attempts: int = 0
    error: str = Field(default="", max_length=500)

    @property
    def is_given_up(self) -> bool:
        """Whether it failed for good: another has to be asked for."""
        return self.state is SearchState.FAILED and self.attempts >= ATTEMPTS


class ProposedMatch(Row, table=True):
    """Slot, panel, bridge and room that fit, with score and reasons; the approved one keeps the hour.

    ``audience`` is what the request's own audience hears, ``others`` what further ones do.
    ``relay`` is the language between panel and audience where a relay is. ``repair`` says that it is the smallest
    change that mends the session which its request has. What an organizer put forward later searches leave there.
    """

    __table_args__ = (UniqueConstraint("search_id", "rank"),)

    id: int = Field(default=None, primary_key=True)
    search_id: int = Field(foreign_key="matchsearch.id", index=True)
    request_id: int = Field(foreign_key="sessionrequest.id", index=True)
    rank: int
    state: MatchState = Field(index=True, sa_type=choice(MatchState))
    starts_at: datetime
    ends_at: datetime
    room_id: int = Field(foreign_key="room.id")
    mode: str = Field(max_length=20)
    speech: str = Field(max_length=35)
    audience: str = Field(max_length=35)
    relay: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    others: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    score: int
    fit: int
    repair: Repair | None = Field(default=None, sa_type=choice(Repair))
    parts: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    is_put_forward: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class MatchMember(Row, table=True):
    """An expert or interpreter of a proposed match; ``leg`` is "zh>en" for interpreters.

    ``declined_at`` remembers who cannot come at this hour, so that a later search does not ask for it again.
    """

    match_id: int = Field(foreign_key="proposedmatch.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    role: str = Field(max_length=20)
    leg: str = Field(default="", max_length=80)
    declined_at: datetime | None = None


class Disruption(Row, table=True):
    """Why the session of an approved match cannot be as agreed: the ``kind`` of fact that changed behind it, whom or
    what that ``concerns`` (``person:7``, ``room:2``, ``hospital:1``), the message in JSON that says so, and the closed
    ``days``, each with its place (``CN 2026-04-05``, ``hospital:1 2026-04-05``).

    At ``kept_at`` an organizer decided that the session stays as it is all the same.
    """

    match_id: int = Field(foreign_key="proposedmatch.id", primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    concerns: str = Field(primary_key=True, max_length=40)
    message: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    days: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    found_at: datetime
    kept_at: datetime | None = None

    @property
    def cause(self) -> str:
        """What and whom it is about, as pages send it back."""
        return f"{self.kind} {self.concerns}"
