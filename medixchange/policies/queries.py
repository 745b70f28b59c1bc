"""Reads the house rules: those in use, and every version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.policies.models import MatchingPolicy
from medixchange.policies.sheet import RULES
from medixchange.policies.values import HouseRules

SOURCE = "AIIC, Professional Standards"
"""Where the table of interpreters is from, as the program comes."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The house rules that matches are made by; ``version`` None where they are as the program comes."""

    rules: HouseRules
    source: str
    version: MatchingPolicy | None


def in_use(db: Session) -> InUse:
    """What holds now."""
    query = select(MatchingPolicy).where(col(MatchingPolicy.used_from).is_not(None))
    latest = query.order_by(col(MatchingPolicy.used_from).desc(), col(MatchingPolicy.id).desc()).limit(1)
    found = db.exec(latest).first()
    return InUse(rules_of(found), found.source, found) if found else InUse(HouseRules(), SOURCE, None)


def used_before(db: Session, version: MatchingPolicy) -> MatchingPolicy | None:
    """The version in use before ``version`` was; None where the rules were as the program comes."""
    used = col(MatchingPolicy.used_from)
    query = select(MatchingPolicy).where(used < version.used_from, MatchingPolicy.id != version.id)
    return db.exec(query.order_by(used.desc(), col(MatchingPolicy.id).desc()).limit(1)).first()


def rules_of(version: MatchingPolicy) -> HouseRules:
    """The house rules that a version holds."""
    found: HouseRules = RULES.validate_python(version.rules)
    return found


def rules_for(db: Session, number: int | None) -> HouseRules:
    """The rules of a version, or with None those in use."""
    return in_use(db).rules if number is None else rules_of(by_id(db, number))


def by_id(db: Session, number: int) -> MatchingPolicy:
    """The version with this number. Raises NotFound."""
    found = db.get(MatchingPolicy, number)
    if found is None:
        raise NotFound(say("There is no such version of the house rules."))
    return found


def latest(db: Session, *, most: int) -> Sequence[MatchingPolicy]:
    """The versions that were written last, the newest first."""
    return db.exec(select(MatchingPolicy).order_by(col(MatchingPolicy.id).desc()).limit(most)).all()
