"""What the desk sees of the searches for a request: proposals best first, or what stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.errors import NotFound
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.matching.search import Relief, messages_from_json, reliefs_from_json
from medixchange.matching.views import MatchView, views
from medixchange.messages import Message, say
from medixchange.people.models import Hospital


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The latest search for a request and what it found.

    ``is_running`` while a newer one is under way, ``has_failed`` where a newer one broke off,
    and ``is_given_up`` where it did for good.
    """

    hospital: str
    hospital_zone: str
    search: MatchSearch | None
    is_running: bool
    has_failed: bool
    is_given_up: bool
    matches: tuple[MatchView, ...]
    blockers: tuple[Message, ...]
    takers: tuple[Message, ...]
    uncounted: tuple[Message, ...]
    reliefs: tuple[Relief, ...]


def by_id(db: Session, match_id: int) -> ProposedMatch:
    """The proposal with this number.

    Raises NotFound.
    """
    found = db.get(ProposedMatch, match_id)
    if found is None:
        raise NotFound(say("There is no such proposal."))
    return found


def on_the_desk(db: Session, request_ids: Collection[int]) -> Mapping[int, list[ProposedMatch]]:
    """The proposals that wait for a decision, by request, best first; as they were found, not checked again."""
    query = (
        select(ProposedMatch)
        .where(col(ProposedMatch.request_id).in_(request_ids), ProposedMatch.state == MatchState.PROPOSED)
        .order_by(col(ProposedMatch.search_id).desc(), col(ProposedMatch.rank))
    )
    found: dict[int, list[ProposedMatch]] = {}
    for match in db.exec(query):
        found.setdefault(match.request_id, []).append(match)
    return found


def ranked(db: Session, request_id: int, *, now: datetime) -> Ranking:
    """The proposals for a request, best first, checked against all that stands ``now``."""
    request = db.get_one(SessionRequest, request_id)
    hospital = db.get_one(Hospital, request.hospital_id)
    searches = select(MatchSearch).where(MatchSearch.request_id == request_id).order_by(col(MatchSearch.id).desc())
    latest = db.exec(searches.limit(1)).first()
    # One that its request overtook has read nothing and found nothing.
    has_found = (col(MatchSearch.state) == SearchState.DONE, col(MatchSearch.inputs_hash) != "")
    done = db.exec(searches.where(*has_found).limit(1)).first()
    outcome = done.outcome if done else {}
    return Ranking(
        hospital=hospital.name,
        hospital_zone=hospital.zone,
        search=done,
        is_running=latest is not None and latest.state in (SearchState.WANTED, SearchState.RUNNING),
        has_failed=latest is not None and latest.state is SearchState.FAILED,
        is_given_up=latest is not None and latest.is_given_up,
        matches=views(db, [request], now=now)[request.id],
        blockers=tuple(messages_from_json(outcome.get("blockers", ()))),
        takers=tuple(messages_from_json(outcome.get("takers", ()))),
        uncounted=tuple(messages_from_json(outcome.get("uncounted", ()))),
        reliefs=tuple(reliefs_from_json(outcome.get("relaxations", ()))),
    )
