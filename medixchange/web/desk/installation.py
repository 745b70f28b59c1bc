"""The page about this installation: whose it is, whether its letters arrive, and its demo data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.accounts import setup
from medixchange.accounts.access import Actor
from medixchange.db import after_commit
from medixchange.languages.texts import Line, MailAddress
from medixchange.messages import Message, count, say
from medixchange.outbox import trial
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.why import Why, why_of
from medixchange.people import queries as people
from medixchange.samples import actions as samples
from medixchange.settings import Settings
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.said import LETTERS, Tag
from medixchange.web.form import Sent, Typed, read
from medixchange.web.page import Db, Now, render, see_other

PAGE = "/desk/installation"
PER_PERSON = "20/hour"
SOON = timedelta(seconds=30)

router = APIRouter()


@dataclass(frozen=True)
class Tried:
    """One test letter: where it stands, what to do, and why it did not go."""

    delivery: Delivery
    tag: Tag
    advice: Message
    why: Why | None


class Name(BaseModel):
    """Whose installation it is."""

    asks: ClassVar[Mapping[str, Message]] = {"organization": say("Write who runs this installation.")}

    organization: Annotated[str, Line(200)]


class Reader(BaseModel):
    """Where a test letter goes."""

    asks: ClassVar[Mapping[str, Message]] = {"email": say("Write the address that the letter goes to.")}

    email: Annotated[str, MailAddress()]


@router.get(PAGE)
def show(request: Request, db: Db, now: Now, actor: OrganizerActor) -> Response:
    """All of it."""
    return _page(request, db, actor, Typed(), now=now)


@router.post(PAGE)
def rename(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent) -> Response:
    """Give the installation another name."""
    filled = read(Name, sent)
    if filled.value is None:
        return _page(request, db, actor, sent, now=now, errors=filled.errors)
    setup.rename(db, filled.value.organization, actor=actor.label, now=now)
    after_commit(db, request.app.state.house.forget)
    return see_other(f"{PAGE}?saved")


@router.post(f"{PAGE}/test-letter")
def send_test(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent) -> Response:
    """Post a test letter."""
    filled = read(Reader, sent)
    if filled.value is None:
        return _page(request, db, actor, sent, now=now, errors=filled.errors)
    request.app.state.limits.hit(PER_PERSON, "test letter", actor.label)
    reader = {"name": actor.name, "language": actor.language, "zone": actor.zone}
    trial.post_test(db, email=filled.value.email, **reader, now=now)
    return see_other(f"{PAGE}#letters")


@router.post(f"{PAGE}/demo-data")
def load(db: Db, now: Now, actor: OrganizerActor) -> Response:
    """Load the demo data."""
    samples.load(db, actor=actor.label, now=now)
    return see_other(f"{PAGE}#demo")


@router.get(f"{PAGE}/demo-data/remove", dependencies=[policy(Organizer)])
def before_removing(request: Request, db: Db) -> Response:
    """What goes with the demo data, or what keeps it here."""
    counts = samples.loaded(db)
    return render(
        request, "desk/demo_data.html", there=_counted(counts), hindrances=samples.hindrances(db) if counts else []
    )


@router.post(f"{PAGE}/demo-data/remove")
def remove(db: Db, now: Now, actor: OrganizerActor) -> Response:
    """Remove the demo data."""
    samples.remove(db, actor=actor.label, now=now)
    return see_other(f"{PAGE}#demo")


def advice_on(delivery: Delivery, *, now: datetime) -> Message:
    """What to do about a test letter."""
    if delivery.state is DeliveryState.SENT:
        return say("The mail server has taken it. Look into the mailbox, and into its folder for spam.")
    if delivery.state is DeliveryState.FAILED:
        return say("It is tried again by itself. Check MEDIXCHANGE_SMTP_URL, and what the server says here.")
    if delivery.state is DeliveryState.GIVEN_UP:
        return say("The server refuses it for good. Check the address, and MEDIXCHANGE_MAIL_FROM.")
    if delivery.state is DeliveryState.SUPERSEDED:
        return say("It was discarded and does not go.")
    if now - delivery.posted_at < SOON:
        return say("It goes in a moment. Look again.")
    return say("Nothing has taken it up: does the program that sends letters run (“medixchange work”)?")


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    typed: Typed,
    *,
    now: datetime,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    settings: Settings = request.app.state.settings
    mine = people.persons(db, [actor.person_id])[actor.person_id].email
    given = Typed.of({"organization": setup.organization(db), "email": mine})
    return render(
        request,
        "desk/installation.html",
        status=422 if errors else 200,
        typed=Typed({**given.fields, **typed.fields}),
        errors=errors or {},
        begun="begun" in request.query_params,
        saved="saved" in request.query_params,
        sender=settings.mail_from,
        mail_server=server_of(settings),
        public_url=settings.public_url,
        tried=[
            Tried(each, LETTERS[each.state], advice_on(each, now=now), why_of(each)) for each in trial.latest_tests(db)
        ],
        there=_counted(samples.loaded(db)),
    )


def server_of(settings: Settings) -> str:
    """The mail server's host and port, without user and password."""
    parts = urlsplit(settings.smtp_url.get_secret_value())
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def _counted(counts: Mapping[str, int]) -> list[Message]:
    """How many of what there are of the demo data; nothing where it is not loaded."""
    if not counts:
        return []
    return [
        count("%(num)s hospital", "%(num)s hospitals", counts["hospitals"]),
        count("%(num)s person", "%(num)s people", counts["people"]),
        count("%(num)s panel", "%(num)s panels", counts["panels"]),
        count("%(num)s room", "%(num)s rooms", counts["rooms"]),
        count("%(num)s request", "%(num)s requests", counts["requests"]),
    ]
