"""The row that promises a letter."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, false
from sqlmodel import Field

from medixchange.db import Row, choice
from medixchange.outbox.failures import Failure


class DeliveryState(StrEnum):
    """A letter's life in the outbox."""

    SCHEDULED = "scheduled"  # for its own hour
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # again later
    GIVEN_UP = "given-up"
    SUPERSEDED = "superseded"


class Delivery(Row, table=True):
    """One letter to one recipient, frozen when it was posted.

    ``key`` is the idempotency key and the left part of the Message-ID; ``payload`` is what
    ``outbox.letters.Letter`` writes; ``reader_id`` is whoever it is for, where they are known, as addresses change;
    ``posted_at`` dates it; ``due_at`` says when it may go, ``until`` from when on it is of no use any more (a
    reminder of what has begun), ``lease_until`` until when a drain owns it. ``in_doubt`` says that its reader may
    have it although nobody saw it taken: the dialogue broke at it, or the process that was sending it died.
    ``answered`` says that at the last try the server was there and said why not; ``failure`` is what became of that
    try, and ``last_error`` the words in which it was told.
    """

    __table_args__ = (Index("ix_delivery_state_due_at", "state", "due_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    kind: str = Field(max_length=40)
    subject: str = Field(index=True, max_length=80)
    reader_id: int | None = Field(default=None, foreign_key="person.id")
    recipient: str = Field(index=True, max_length=254)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    posted_at: datetime
    due_at: datetime
    until: datetime | None = None
    state: DeliveryState = Field(default=DeliveryState.QUEUED, sa_type=choice(DeliveryState))
    attempt: int = 0
    lease: str = Field(default="", max_length=64)
    lease_until: datetime | None = None
    in_doubt: bool = False
    answered: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    sent_at: datetime | None = None
    failure: Failure | None = Field(default=None, sa_type=choice(Failure))
    last_error: str = Field(default="", max_length=500)
