"""Several hospitals in one session: which other requests could join this one, joining them, and separating them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from medixchange.errors import Malformed
from medixchange.intake import queries as intake
from medixchange.intake import together
from medixchange.intake.alike import Alike, alike
from medixchange.intake.lifecycle import Verb, may
from medixchange.intake.locking import hold_still
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import Asking
from medixchange.matching.together import join as join_request
from medixchange.messages import say
from medixchange.people.models import Hospital
from medixchange.sessions.parting import separate as separate_request
from medixchange.web.access import OrganizerActor
from medixchange.web.form import Sent, read
from medixchange.web.numbers import Counted, Number
from medixchange.web.page import Db, Now, see_other

router = APIRouter()


class Joining(BaseModel):
    """The number of the request that joins, as its button says."""

    other: Counted


@dataclass(frozen=True, slots=True)
class Company:
    """The request that leads this one, None where it leads itself; the others of the session, and who could join."""

    leads: SessionRequest | None
    others: Sequence[Asking]
    alike: Sequence[Alike]
    may_part: bool
    may_let_go: bool

    @property
    def hospitals(self) -> list[Hospital]:
        """Those of the others."""
        return [hospital for _, hospital in self.others]


def company_of(db: Session, asked: SessionRequest, *, now: datetime) -> Company:
    """With whom the request is answered, or could be."""
    leads = together.leading(db, asked)
    return Company(
        leads=leads,
        others=() if leads else together.joined(db, [asked.id])[asked.id],
        alike=alike(db, asked, now=now),
        may_part=may(asked.state, Verb.SEPARATE),
        may_let_go=may(asked.state, Verb.LET_GO),
    )


@router.post("/desk/requests/{request_id}/join")
def join(db: Db, now: Now, actor: OrganizerActor, sent: Sent, request_id: Number) -> Response:
    """Another request is answered in the session of this one."""
    chosen = read(Joining, sent).value
    if chosen is None:
        raise Malformed(say("What was sent could not be read. Go back and try again."))
    leads, joins = intake.by_id(db, request_id), intake.by_id(db, chosen.other)
    hold_still(db, [leads.id, joins.id])
    join_request(db, leads, joins, actor=actor.label, now=now)
    return see_other(f"/desk/requests/{request_id}")


@router.post("/desk/requests/{request_id}/separate")
def separate(db: Db, now: Now, actor: OrganizerActor, request_id: Number) -> Response:
    """A request that has joined another one is answered on its own again."""
    separate_request(db, intake.by_id(db, request_id), actor=actor.label, now=now)
    return see_other(f"/desk/requests/{request_id}")
