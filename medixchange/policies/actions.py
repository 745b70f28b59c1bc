"""Writes versions of the house rules, and puts them into use."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.policies.models import MatchingPolicy
from medixchange.policies.queries import in_use, rules_of
from medixchange.policies.sheet import RULES
from medixchange.policies.values import HouseRules


def write(
    db: Session,
    rules: HouseRules,
    *,
    source: str,
    note: str = "",
    language: str = "",
    again: int | None = None,
    actor: str,
    now: datetime,
) -> MatchingPolicy:
    """A version of its own, which nothing is matched by yet.

    Raises Refusal where it says the same as the one in use.
    """
    current = in_use(db)
    if (rules, source) == (current.rules, current.source):
        raise Refusal(say("These are the rules in use; change something first."))
    version = MatchingPolicy(
        rules=RULES.dump_python(rules, mode="json"),
        source=source,
        note=note,
        note_language=language if note else "",
        again_id=again,
        made_at=now,
        made_by=actor,
    )
    db.add(version)
    db.flush()
    record(db, actor=actor, verb="write-rules", subject=f"rules:{version.id}", now=now)
    return version


def use(db: Session, version: MatchingPolicy, *, actor: str, now: datetime) -> MatchingPolicy:
    """Match by this version from now on; an earlier one comes back as a new version, so that the order stays told.

    Raises Refusal where it is in use already.
    """
    db.refresh(version, with_for_update=True)
    current = in_use(db).version
    if current is not None and current.id == version.id:
        raise Refusal(say("These rules are in use already."))
    if version.used_from is not None:
        version = write(db, rules_of(version), source=version.source, again=version.id, actor=actor, now=now)
    version.used_from, version.used_by = now, actor
    db.add(version)
    db.flush()
    record(db, actor=actor, verb="use-rules", subject=f"rules:{version.id}", now=now)
    return version
