"""The outbox at the desk: where every letter stands, why some did not go, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.messages import Message
from medixchange.outbox import actions, queries
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.numbers import Number
from medixchange.web.desk.said import LETTERS, Tag, kind_of, lasting
from medixchange.web.page import Db, Now, render, see_other

ORDER = (
    DeliveryState.GIVEN_UP,
    DeliveryState.FAILED,
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.SUPERSEDED,
)
MOST = 100

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """A letter, what it is, where it stands, and the page of what it is about."""

    delivery: Delivery
    kind: Message
    tag: Tag
    about: str


@router.get("/desk/deliveries", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now) -> Response:
    """The latest letters; with ``state`` those in one state."""
    text = request.query_params.get("state", "")
    chosen = DeliveryState(text) if text in set(DeliveryState) else None
    counts = queries.counts(db)
    late = queries.delay(db, now=now)
    return render(
        request,
        "desk/deliveries.html",
        rows=[row_of(each) for each in queries.latest(db, states=(chosen,) if chosen else (), most=MOST)],
        chosen=chosen,
        filters=[(state, LETTERS[state].words, counts.get(state, 0)) for state in ORDER],
        total=sum(counts.values()),
        most=MOST,
        delay=lasting(late) if late is not None else None,
    )


@router.post("/desk/deliveries/{delivery_id}/retry")
def retry(db: Db, now: Now, actor: OrganizerActor, delivery_id: Number) -> Response:
    """Send the letter again at once."""
    actions.retry(db, queries.by_id(db, delivery_id, for_change=True), actor=actor.label, now=now)
    return see_other("/desk/deliveries")


def row_of(delivery: Delivery) -> Row:
    """The letter as the list shows it."""
    what, _, number = delivery.subject.partition(":")
    about = f"/desk/{what}s/{number}" if what in ("request", "session") else ""
    return Row(delivery, kind_of(delivery), LETTERS[delivery.state], about)
