"""Puts house rules into use: from then on every search and plan goes by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.db import in_parts
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import SessionRequest
from medixchange.matching.actions import want
from medixchange.policies import actions as policies
from medixchange.policies.models import MatchingPolicy


def use(db: Session, version: MatchingPolicy, *, actor: str, now: datetime) -> MatchingPolicy:
    """Match by ``version`` from now on, and look anew for every request that waits; sessions that stand stay.

    Raises Refusal where it is in use already.
    """
    used = policies.use(db, version, actor=actor, now=now)
    waiting = [request for request, _ in intake.queue(db, states=IN_QUEUE, looked_for=now)]
    _hold(db, [request.id for request in waiting])
    for request in waiting:
        want(db, request, now=now)
    return used


def _hold(db: Session, request_ids: Iterable[int]) -> None:
    """Keep others from locking these requests for a change, in the order in which those do who lock several."""
    key = col(SessionRequest.id)
    for some in in_parts(sorted(request_ids)):
        db.exec(select(key).where(key.in_(some)).order_by(key).with_for_update(read=True, key_share=True)).all()
