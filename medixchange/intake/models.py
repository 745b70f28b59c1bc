"""Rows for drafts of requests, and for requests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field

from medixchange.db import Row, choice
from medixchange.intake.draft import STEPS
from medixchange.intake.lifecycle import RequestState as RequestState


class RequestDraft(Row, table=True):
    """The answers given so far, step by step; resumed by a secret link.

    ``answers`` keeps the last good state of each step, and ``steps_done`` counts how far it got; ``unfinished`` what
    was typed into a step that was left before it was complete, by field. The fifth step is sending.
    A request that is changed has its draft open again, with ``request_id`` set, and the ``version`` of the request that
    its answers are changes of.
    """

    id: int = Field(default=None, primary_key=True)
    seed: str = Field(unique=True, max_length=64)
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    unfinished: dict[str, dict[str, list[str]]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    steps_done: int = 0
    editing: bool = False
    request_id: int | None = Field(default=None, foreign_key="sessionrequest.id", unique=True)
    version: int | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def complete(self) -> int:
        """How many steps, from the first on, ask nothing any more."""
        open_still = (number for number, step in enumerate(STEPS) if step in self.unfinished)
        return min((self.steps_done, *open_still))

    @property
    def is_sent(self) -> bool:
        """Whether it has become a request and is not open for changing it."""
        return self.request_id is not None and not self.editing


class RequestSeries(Row, table=True):
    """Requests of one hospital that follow each other: how many, and how many weeks lie between two of them."""

    __table_args__ = (
        CheckConstraint("weeks IN (1, 2, 4)", name="rhythm_known"),
        CheckConstraint("times BETWEEN 2 AND 12", name="times_in_range"),
    )

    id: int = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    weeks: int
    times: int


class SessionRequest(Row, table=True):
    """A hospital's wish for a session.

    ``urgency`` is 1 (routine) to 3 (urgent); ``languages`` maps a spoken language to the audience's level
    1 to 5; ``reason`` is a message or a plain text in JSON, for waiting, declined and withdrawn; ``confirm_until``
    is how long the link that confirms the address works; ``version`` counts what was changed about what is asked.
    ``series_place`` counts from 1 on; before ``look_from`` its hours are further ahead than sessions are planned.
    ``joined_id`` is the request in whose session it takes part. ``second_audience``, as ``languages``, is what a second
    group at the hospital follows, where there is one.
    """

    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes % 15 = 0", name="minutes_on_grid"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency_in_range"),
    )

    id: int = Field(default=None, primary_key=True)
    reference: str = Field(unique=True, max_length=20)
    state: RequestState = Field(index=True, sa_type=choice(RequestState))
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    liaison_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    contact_name: str = Field(max_length=120)
    contact_email: str = Field(max_length=254)
    contact_role: str = Field(default="", max_length=120)
    language: str = Field(max_length=35)
    zone: str = Field(max_length=64)
    topic: str = Field(max_length=200)
    specialties: list[str] = Field(sa_column=Column(JSON, nullable=False))
    other_specialty: str = Field(default="", max_length=200)
    audience: str = Field(default="", max_length=500)
    audience_size: int = 20
    questions: str = Field(default="", max_length=4000)
    minutes: int
    urgency: int = 1
    windows_only: bool = True
    languages: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    second_audience: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    interpreting: str = Field(default="if-needed", max_length=20)
    bandwidth: str = Field(default="good", max_length=20)
    recording: str = Field(default="ask", max_length=20)
    reason: Any = Field(default=None, sa_column=Column(JSON))
    confirm_seed: str = Field(unique=True, max_length=64)
    confirm_until: datetime | None = None
    status_seed: str = Field(unique=True, max_length=64)
    version: int = 1
    series_id: int | None = Field(default=None, foreign_key="requestseries.id", index=True)
    series_place: int | None = None
    look_from: datetime | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    joined_id: int | None = Field(default=None, foreign_key="sessionrequest.id", index=True)


class RequestWindow(Row, table=True):
    """A stretch of one local day when the hospital would like to meet, in the request's zone, as typed.

    Where the clock is put back over a bound, its fold says which of the two is meant (0 the first, 1 the second).
    """

    __table_args__ = (CheckConstraint("end_minute > start_minute", name="minutes_in_order"),)

    request_id: int = Field(foreign_key="sessionrequest.id", primary_key=True)
    position: int = Field(primary_key=True)
    day: date
    start_minute: int
    end_minute: int
    start_fold: int | None = None
    end_fold: int | None = None
