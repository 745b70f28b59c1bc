"""The demo's clock: it goes as the one on the wall, and is put ahead on a page that exists in the demo alone.

How far it is ahead is kept beside the demo's database, so that commands on that database go by it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from fastapi import APIRouter, FastAPI
from pydantic import AwareDatetime, BaseModel
from sqlmodel import Session, col, select
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake.together import asking_of_each
from medixchange.messages import Message, say
from medixchange.outbox.post import POSTED
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Public, policy
from medixchange.web.form import Sent, read
from medixchange.web.page import Db, Now, render, see_other

FURTHEST = timedelta(days=60)
"""How far one step may go: far enough for every session of the demo's world."""
STEPS = (
    (timedelta(hours=1), say("One hour from now")),
    (timedelta(days=1), say("One day from now")),
    (timedelta(days=7), say("One week from now")),
)
BEFORE = (
    (timedelta(hours=24), say("24 hours before")),
    (timedelta(hours=1), say("1 hour before")),
    (timedelta(minutes=10), say("10 minutes before")),
    (timedelta(), say("It begins")),
)
TO_COME = (SessionState.TENTATIVE, SessionState.CONFIRMED, SessionState.OPEN)

router = APIRouter(prefix="/demo/clock")


class DemoClock:
    """Shows the time of ``wall``, and what was added to it, which ``kept`` holds in seconds for other processes."""

    def __init__(self, wall: Callable[[], datetime], kept: Path) -> None:
        self._wall, self._kept = wall, kept

    def __call__(self) -> datetime:
        """What it shows now, in UTC."""
        return self._wall() + self._ahead

    def put_ahead(self, moment: datetime) -> None:
        """Show ``moment`` now, and go on from there.

        Raises Refusal where that is not ahead, or further than FURTHEST: what has happened does not unhappen.
        """
        step = moment - self()
        if not timedelta() < step <= FURTHEST:
            raise Refusal(say("Choose a moment that lies ahead, at most %(days)s days.", days=FURTHEST.days))
        ahead = self._ahead + step
        beside = self._kept.with_name(f"{self._kept.name}.new")
        beside.write_text(str(ahead.total_seconds()), "ascii")
        beside.replace(self._kept)

    @property
    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._kept.read_text("ascii")))
        except FileNotFoundError:
            return timedelta()


def kept_beside(database: Path) -> Path:
    """Where it is kept how far the clock of the demo with this database is ahead."""
    return database.with_name(f"{database.name}.clock")


class Wanted(BaseModel):
    """The moment that the clock shall show."""

    asks: ClassVar[Mapping[str, Message]] = {"to": say("Choose a moment.")}

    to: AwareDatetime


@dataclass(frozen=True)
class Choice:
    """A moment that the clock can be put to, and what it is."""

    at: datetime
    what: Message


def add_to(app: FastAPI) -> None:
    """Let people put the clock of ``app``, a DemoClock, ahead; only the demo does this."""
    app.router.routes.extend(router.routes)


@router.get("", dependencies=[policy(Public)])
def show(request: Request, db: Db, now: Now) -> Response:
    """What time it is in the demo, and the moments that matter to the sessions ahead."""
    return _page(request, db, now)


@router.post("", dependencies=[policy(Public)])
def put(request: Request, db: Db, now: Now, sent: Sent) -> Response:
    """Put the clock ahead, and let the clockwork look at what is due by it."""
    filled = read(Wanted, sent)
    if filled.value is None:
        return _page(request, db, now, errors=filled.errors)
    clock: DemoClock = request.app.state.clock
    try:
        clock.put_ahead(filled.value.to)
    except Refusal as no:
        return _page(request, db, now, errors={"to": no.message})
    POSTED()
    return see_other("/demo/clock?done=put")


def _page(request: Request, db: Session, now: datetime, *, errors: Mapping[str, Message] | None = None) -> Response:
    ahead = (
        select(SharingSession)
        .where(col(SharingSession.state).in_(TO_COME), col(SharingSession.ends_at) > now)
        .order_by(col(SharingSession.starts_at), col(SharingSession.id))
    )
    found = db.exec(ahead).all()
    teams = asking_of_each(db, [each.request_id for each in found])
    return render(
        request,
        "demo/clock.html",
        status=422 if errors else 200,
        now=now,
        steps=[Choice(now + step, what) for step, what in STEPS],
        sessions=[(each, teams[each.request_id], list(_moments(each, now))) for each in found],
        done="done" in request.query_params,
        errors=errors or {},
    )


def _moments(session: SharingSession, now: datetime) -> Iterator[Choice]:
    """What happens around ``session`` and has not come yet."""
    moments = [Choice(session.starts_at - step, what) for step, what in BEFORE]
    for each in (*moments, Choice(session.ends_at, say("It ends"))):
        if each.at > now:
            yield each
