"""Approve, confirm, reschedule, cancel and answer: the verbs of a sharing session."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from medixchange.matching.models import ProposedMatch
from medixchange.sessions.models import Attendance, SharingSession

Answer = Literal["ACCEPTED", "DECLINED", "TENTATIVE"]
Afterwards = Literal["submitted", "withdrawn"]


def approve(db: Session, match: ProposedMatch, *, actor: str, now: datetime) -> SharingSession:
    """Turn a proposal into a session that is held tentatively in everybody's calendar, and invite them.

    ``actor`` is how the journal names who decides (``person:7``). Raises Refusal (Taken where somebody was
    taken meanwhile); then nothing is written and nobody is invited.
    """
    raise NotImplementedError


def confirm(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """The session takes place: tell everybody."""
    raise NotImplementedError


def reschedule(
    db: Session,
    session: SharingSession,
    *,
    starts_at: datetime | None = None,
    match: ProposedMatch | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Move the session to another hour with the same people, or to another proposal of its request.

    Exactly one of ``starts_at`` and ``match`` is given.
    """
    raise NotImplementedError


def cancel(
    db: Session,
    session: SharingSession,
    *,
    reason: str,
    actor: str,
    now: datetime,
    afterwards: Afterwards = "submitted",
) -> None:
    """Call the session off and tell everybody why; its request is matched again or withdrawn."""
    raise NotImplementedError


def respond(
    db: Session,
    attendance: Attendance,
    answer: Answer,
    *,
    reason: str = "",
    sequence: int | None = None,
    actor: str = "link:answer",
    now: datetime,
) -> None:
    """Keep somebody's answer to the invitation; the last one needed confirms the session.

    ``sequence`` is the one that was answered (from a calendar's reply or a page): an older one is ignored.
    """
    raise NotImplementedError
