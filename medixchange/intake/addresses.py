"""Corrects a mail address that letters do not reach, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.errors import Refusal
from medixchange.intake.actions import readdress
from medixchange.intake.letters import CONFIRM_ADDRESS
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.messages import say
from medixchange.outbox import actions as outbox
from medixchange.outbox.letters import SIGN_IN
from medixchange.outbox.models import Delivery
from medixchange.people import actions as people
from medixchange.people.models import Person
from medixchange.people.queries import person_by_email


def correct_address(db: Session, delivery: Delivery, email: str, *, actor: str, now: datetime) -> None:
    """Send a letter that did not go to ``email`` instead, and write to its reader there from now on.

    A request whose contact has not confirmed the address yet is to be confirmed from the new one, by a new letter.
    Raises Refusal where the letter has gone, where it is a link to sign in, and where somebody else has the address.
    """
    if delivery.kind == SIGN_IN:
        raise Refusal(say("A link to sign in goes only to the address that asked for it; discard this letter."))
    old = delivery.recipient
    requests, person = _hold_still(db, old)
    db.refresh(delivery, with_for_update=True)
    if email == old:
        outbox.retry(db, delivery, actor=actor, now=now)
        return
    if delivery.kind == CONFIRM_ADDRESS:
        outbox.discard(db, delivery, actor=actor, now=now)
    else:
        outbox.readdress(db, delivery, email, actor=actor, now=now)
    if person is not None:
        people.change_address(db, person, email, actor=actor, now=now)
    for request in requests:
        if request.state is RequestState.SENT:
            readdress(db, request, email=email, actor=actor, now=now)
        else:
            request.contact_email = email
            db.add(request)


def _hold_still(db: Session, email: str) -> tuple[Sequence[SessionRequest], Person | None]:
    """The requests and the person with this address, locked in the order in which decisions lock them, then letters."""
    asked = select(SessionRequest).where(SessionRequest.contact_email == email).order_by(col(SessionRequest.id))
    requests = db.exec(asked.with_for_update(), execution_options={"populate_existing": True}).all()
    person = person_by_email(db, email)
    if person is not None:
        db.refresh(person, with_for_update=True)
    return requests, person
