"""The outbox at the desk: where every letter stands, why some did not go, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.addresses import correct_address
from medixchange.languages.texts import MailAddress
from medixchange.messages import Message, say
from medixchange.outbox import actions, queries
from medixchange.outbox.letters import SIGN_IN, Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.letters import shown
from medixchange.web.desk.said import LETTERS, lasting
from medixchange.web.desk.standing import row_of
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

ORDER = (
    DeliveryState.GIVEN_UP,
    DeliveryState.FAILED,
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SCHEDULED,
    DeliveryState.SENT,
    DeliveryState.SUPERSEDED,
)
MOST = 100

router = APIRouter()


class Address(BaseModel):
    """The right address of a letter's reader."""

    asks: ClassVar[Mapping[str, Message]] = {"email": say("Write the right address.")}

    email: Annotated[str, MailAddress()]


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


@router.get("/desk/deliveries/{delivery_id}", dependencies=[policy(Organizer)])
def one(request: Request, db: Db, delivery_id: Number) -> Response:
    """One letter: its words, where it stands, what was tried, and what can be done."""
    delivery = queries.by_id(db, delivery_id)
    return _page(request, db, delivery, Typed.of({"email": delivery.recipient}))


@router.post("/desk/deliveries/{delivery_id}/retry")
def retry(db: Db, now: Now, actor: OrganizerActor, delivery_id: Number) -> Response:
    """Send the letter again at once."""
    actions.retry(db, queries.by_id(db, delivery_id, for_change=True), actor=actor.label, now=now)
    return see_other(f"/desk/deliveries/{delivery_id}")


@router.post("/desk/deliveries/{delivery_id}/address")
def correct(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, delivery_id: Number) -> Response:
    """Send the letter to another address of its reader, and write there from now on."""
    delivery = queries.by_id(db, delivery_id)
    filled = read(Address, sent)
    if filled.value is None:
        return _page(request, db, delivery, sent, errors=filled.errors)
    correct_address(db, delivery, filled.value.email, actor=actor.label, now=now)
    return see_other(f"/desk/deliveries/{delivery_id}")


@router.get("/desk/deliveries/{delivery_id}/discard", dependencies=[policy(Organizer)])
def ask_to_discard(request: Request, db: Db, delivery_id: Number) -> Response:
    """The page that says what discarding means, before it is done."""
    return render(request, "desk/discard.html", row=row_of(queries.by_id(db, delivery_id)))


@router.post("/desk/deliveries/{delivery_id}/discard")
def discard(db: Db, now: Now, actor: OrganizerActor, delivery_id: Number) -> Response:
    """Do not send the letter any more."""
    actions.discard(db, queries.by_id(db, delivery_id, for_change=True), actor=actor.label, now=now)
    return see_other(f"/desk/deliveries/{delivery_id}")


def _page(
    request: Request,
    db: Session,
    delivery: Delivery,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return render(
        request,
        "desk/delivery.html",
        status=422 if errors else 200,
        row=row_of(delivery),
        letters=shown(request, [Letter.from_json(delivery.payload)]),
        history=history_of(db, f"delivery:{delivery.id}"),
        may_correct=delivery.state in actions.UNSENT and delivery.kind != SIGN_IN,
        typed=typed,
        errors=errors or {},
    )
