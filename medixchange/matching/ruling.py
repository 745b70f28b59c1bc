"""Puts house rules into use: from then on every search and plan goes by them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.matching.actions import want
from medixchange.policies import actions as policies
from medixchange.policies.models import MatchingPolicy


def use(db: Session, version: MatchingPolicy, *, actor: str, now: datetime) -> MatchingPolicy:
    """Match by ``version`` from now on, and look anew for every request that waits; sessions that stand stay.

    Raises Refusal where it is in use already.
    """
    used = policies.use(db, version, actor=actor, now=now)
    for request, _ in intake.queue(db, states=IN_QUEUE, looked_for=now):
        want(db, request, now=now)
    return used
