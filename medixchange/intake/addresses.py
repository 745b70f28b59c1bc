"""Corrects a mail address that letters do not reach, wherever it stands."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from medixchange.errors import Refusal
from medixchange.intake.actions import readdress
from medixchange.intake.letters import CONFIRM_ADDRESS
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.messages import say
from medixchange.outbox import actions as outbox
from medixchange.outbox.models import Delivery
from medixchange.people import actions as people
from medixchange.people.queries import person_by_email

SIGN_IN = "signin"


def correct_address(db: Session, delivery: Delivery, email: str, *, actor: str, now: datetime) -> None:
    """Send a letter that did not go to ``email`` instead, and write to its reader there from now on.

    A request whose contact has not confirmed the address yet is to be confirmed from the new one, by a new letter.
    Raises Refusal where the letter has gone, where it is a link to sign in, and where somebody else has the address.
    """
    if delivery.kind == SIGN_IN:
        raise Refusal(say("A link to sign in goes only to the address that asked for it; discard this letter."))
    old = delivery.recipient
    if email == old:
        outbox.retry(db, delivery, actor=actor, now=now)
        return
    person = person_by_email(db, old)
    if delivery.kind == CONFIRM_ADDRESS:
        outbox.discard(db, delivery, actor=actor, now=now)
    else:
        outbox.readdress(db, delivery, email, actor=actor, now=now)
    if person is not None:
        people.change_address(db, person, email, actor=actor, now=now)
    for request in db.exec(select(SessionRequest).where(SessionRequest.contact_email == old).with_for_update()):
        if request.state is RequestState.SENT:
            readdress(db, request, email=email, actor=actor, now=now)
        else:
            request.contact_email = email
            db.add(request)
