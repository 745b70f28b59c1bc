"""Rows for plans of all requests: what was planned on which inputs, and what became of each request in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field

from medixchange.db import Row, choice
from medixchange.plans.lifecycle import PlannedState as PlannedState
from medixchange.plans.lifecycle import PlanState as PlanState
from medixchange.plans.lifecycle import Purpose as Purpose
from medixchange.plans.today import Change as Change


class MatchPlan(Row, table=True):
    """A plan for all requests that wait, or for all sessions that want mending, as somebody asked for it.

    ``inputs`` is the problem (see ``plans.inputs``), ``inputs_hash`` its fingerprint: with ``seed`` and ``step`` they
    give the same matches again. ``score``, ``quality`` and ``bound`` are in points; ``bound`` None while none is
    proven. ``seen_at`` is when its process was last heard of, ``stop_at`` since when somebody wants the best so far,
    ``accepted`` how often some of its requests were accepted. ``policy_id`` is the version of the house rules that it
    tries, None where it takes those in use; ``beside_id`` then the plan by those in use from the same facts.
    ``figures`` are ``plans.figures.Figures`` as JSON.
    """

    id: int = Field(default=None, primary_key=True)
    state: PlanState = Field(index=True, sa_type=choice(PlanState))
    purpose: Purpose = Field(
        default=Purpose.QUEUE, sa_type=choice(Purpose), sa_column_kwargs={"server_default": "queue"}
    )
    is_demo: bool
    seconds: int
    seed: int = 0
    workers: int = 1
    asked_at: datetime
    asked_by: str = Field(max_length=60)
    started_at: datetime | None = None
    seen_at: datetime | None = None
    stop_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    error: str = Field(default="", max_length=500)
    inputs_hash: str = Field(default="", max_length=64)
    inputs: bytes | None = Field(default=None, sa_type=LargeBinary)
    weights: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    requests: int = 0
    served: int = 0
    score: int = 0
    quality: int = 0
    bound: int | None = None
    method: str = Field(default="", max_length=20)
    step: int = 0
    accepted: int = 0
    policy_id: int | None = Field(default=None, foreign_key="matchingpolicy.id", index=True)
    beside_id: int | None = Field(default=None, foreign_key="matchplan.id", index=True)
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))


class PlannedMatch(Row, table=True):
    """One request in a plan: how it would be served (``match``, None where it is not), and what that changes.

    ``version`` is that of the request when the plan began, ``before_id`` the best proposal at the desk then, or the
    match of the session that is mended. ``why`` says why it is so, ``error`` why it could not become a session; both
    hold messages in JSON. ``gains`` are ``plans.gains.Gains`` as JSON, None where there is nothing to compare
    with, and of sessions that are mended, where the smallest change decides first.
    """

    __table_args__ = (UniqueConstraint("plan_id", "request_id"),)

    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="matchplan.id", index=True)
    request_id: int = Field(foreign_key="sessionrequest.id", index=True)
    version: int
    state: PlannedState = Field(sa_type=choice(PlannedState))
    change: Change = Field(sa_type=choice(Change))
    starts_at: datetime | None = None
    match: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    score: int = 0
    fit: int = 0
    parts: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    gains: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    before_id: int | None = Field(default=None, foreign_key="proposedmatch.id")
    decided_by: str = Field(default="", max_length=60)
    why: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    error: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    session_id: int | None = Field(default=None, foreign_key="sharingsession.id")
