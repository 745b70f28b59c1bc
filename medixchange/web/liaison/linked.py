"""What the pages of hospitals share: links, limits on letters, the matching job, and who is signed in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request

from medixchange.accounts.access import Actor
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import is_ahead
from medixchange.journal.record import PROGRAM
from medixchange.matching import actions as matching
from medixchange.matching import together
from medixchange.outbox.letters import LINKS
from medixchange.people import queries as people
from medixchange.recaps.models import Recap, Visibility
from medixchange.tokens import digest
from medixchange.web.limits import machine

LETTERS_PER_ADDRESS = "6/hour"
LETTERS_PER_MACHINE = "40/hour"


def link(request: Request, purpose: str, seed: str) -> str:
    """The path that opens the row with ``seed`` for ``purpose``."""
    return LINKS[purpose].format(token=request.app.state.mint.token(purpose, seed))


def link_to_recap(request: Request, recap: Recap, seed: str) -> str:
    """The path by which somebody invited, to a place with ``seed``, reads a recap: the public one, or their own."""
    return f"/recaps/{recap.slug}" if recap.visibility is Visibility.PUBLIC else link(request, "recap", seed)


def limit_letters(request: Request, email: str) -> None:
    """Count one more letter to an address that nobody has confirmed. Raises TooMany."""
    limits = request.app.state.limits
    limits.hit(LETTERS_PER_MACHINE, "confirm", machine(request))
    limits.hit(LETTERS_PER_ADDRESS, "confirm", digest(email))


def ask_matching(db: Session, asked: SessionRequest, *, now: datetime) -> None:
    """What was proposed before holds no more; a request in the queue is matched, once its hours are near enough."""
    matching.retire(db, asked.id)
    together.check_again(db, asked, actor=PROGRAM, now=now)
    if asked.state is RequestState.SUBMITTED and not is_ahead(asked, now=now):
        matching.want(db, asked, now=now)


def known_of(db: Session, actor: Actor) -> dict[str, object]:
    """What the first step need not ask somebody who is signed in."""
    person = people.persons(db, [actor.person_id])[actor.person_id]
    own = [people.hospital_by_id(db, number) for number in sorted(actor.hospital_ids)]
    code = own[0].code if len(own) == 1 else ""
    return {"hospital": code, "contact_name": person.name, "contact_email": person.email}
