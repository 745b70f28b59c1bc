"""A world in which every form of the program is found: sessions in each part of their life, and all that can wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.intake import drafting
from medixchange.intake.following import follow
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.matching.actions import want
from medixchange.matching.models import MatchSearch, ProposedMatch
from medixchange.matching.searching import propose, waiting_searches
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Expert, Interpreter, Person, Room
from medixchange.plans.models import PlanState
from medixchange.policies.actions import write as write_rules
from medixchange.policies.queries import SOURCE
from medixchange.policies.values import HouseRules, Weights
from medixchange.recaps import mailing, queries
from medixchange.recaps.readers import readers
from medixchange.sessions import actions as sessions
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.tokens import Mint
from tests import make
from tests.plans.stage import plan_with
from tests.recaps.stage import check, publish, write
from tests.sessions.stage import ACTOR, LI, MEI, NOW, ZHANG, at, place_of

PLACES = {"answer": "answer", "confirm": "confirm", "resume": "request"}
"""How the address begins to which a link for a purpose leads."""


def enliven(database: Database, mint: Mint) -> list[str]:
    """Add to a world what waits for somebody; the addresses of it that are found in letters only."""
    with database.write() as db:
        _correct(db)
        broken = sessions.approve(db, _proposed(db, at(2, 10)), actor=ACTOR, now=NOW)
        respond(db, place_of(db, broken, ZHANG), "DECLINED", reason="On call", now=NOW)
        links = {"answer": place_of(db, broken, MEI).seed, **_unconfirmed(db)}
        _under_way(db, sessions.approve(db, _proposed(db, at(3, 10)), actor=ACTOR, now=NOW))
        _held(db, sessions.approve(db, _proposed(db, at(8, 10)), actor=ACTOR, now=NOW))
        open_still = _proposed(db, at(4, 9), expert=LI)
        db.get_one(MatchSearch, open_still.search_id).inputs_hash = "as things stand"
        plan_with(db, open_still, state=PlanState.DONE)
        plan_with(db, state=PlanState.RUNNING)
        write_rules(db, HouseRules(weights=replace(Weights(), fair=9)), source=SOURCE, actor=ACTOR, now=NOW)
        hospital = make.hospital(db, "Clinic of Musanze", approved=False)
        hospital.is_demo = True
        alone = make.request(db, make.hospital(db, "Clinic of Rubavu"), windows=[(make.next_week(1), 1080, 1200)])
        want(db, alone, now=NOW)
        _refused(db)
        make.expert(db, "Wu Example")  # free whenever the others are not
        _series(db)
    with database.read() as db:
        waiting = [number for number, _ in waiting_searches(db, NOW)]
    for number in waiting:
        propose(database, number, now=NOW)
    return [f"/{PLACES[purpose]}/{mint.token(purpose, seed)}" for purpose, seed in links.items()]


def _proposed(db: Session, starts_at: datetime, *, expert: str = ZHANG) -> ProposedMatch:
    """A proposal for a hospital of its own, with the people and the room that are there."""
    city = f"Huye {starts_at:%A}"
    hospital = make.hospital(db, f"Clinic of {city}", city=city)
    facts: dict[str, Any] = {"minutes": 30, "languages": {"fr": 5}, "windows_only": False}
    contact = make.liaison(db, hospital, f"Contact in {city}")
    asked = make.request(db, hospital, liaison=contact, state=RequestState.MATCHED, **facts)
    who = db.exec(select(Expert).join(Person).where(Person.name == expert)).one()
    mei, room = db.exec(select(Interpreter)).one(), db.exec(select(Room)).one()
    return make.match(db, asked, starts_at=starts_at, panel=[who], interpreters=[mei], room=room)


def _series(db: Session) -> None:
    """Two weekly requests, with a proposal for the first, beside which others can be put."""
    proposed = _proposed(db, at(4, 11), expert=LI)
    db.get_one(MatchSearch, proposed.search_id).inputs_hash = "0"
    first = db.get_one(SessionRequest, proposed.request_id)
    series = RequestSeries(hospital_id=first.hospital_id, weeks=1, times=2)
    db.add(series)
    db.flush()
    first.series_id, first.series_place = series.id, 1
    follow(db, first, now=NOW)


def _under_way(db: Session, session: SharingSession) -> None:
    session.state = SessionState.CONFIRMED
    session.starts_at, session.ends_at = NOW - timedelta(minutes=10), NOW + timedelta(minutes=20)
    db.add(session)


def _held(db: Session, session: SharingSession) -> None:
    session.state = SessionState.HELD
    db.add(session)


def _unconfirmed(db: Session) -> dict[str, str]:
    """A request whose address nobody has confirmed, with its draft."""
    asked = make.request(db, make.hospital(db, "Clinic of Nyagatare"), state=RequestState.SENT)
    asked.submitted_at = None
    draft = drafting.begin(db, now=NOW)
    draft.request_id = asked.id
    db.add_all([asked, draft])
    return {"confirm": asked.confirm_seed, "resume": draft.seed}


def _correct(db: Session) -> None:
    """A recap that was mailed, then published anew, then changed once more."""
    recap = queries.by_id(db, 1)
    chosen = readers(db, recap, invited=True)
    mailing.send(db, recap, mailing.letters(db, recap, chosen, note=""), actor=ACTOR, now=NOW)
    for delivery in db.exec(select(Delivery).where(col(Delivery.state) == DeliveryState.QUEUED)):
        delivery.state = DeliveryState.SENT
    version = queries.version(db, recap.id, recap.original)
    write(db, version, "Give 2–6 L/min.")
    check(db, version)
    publish(db, recap)
    write(db, version, "Give 3–6 L/min.")


def _refused(db: Session) -> None:
    """One letter that the mail server does not take."""
    letter = db.exec(select(Delivery).where(col(Delivery.reader_id).is_not(None)).order_by(col(Delivery.id))).first()
    assert letter is not None
    letter.state, letter.last_error = DeliveryState.GIVEN_UP, "550 5.1.1 no such mailbox"
    db.add(letter)
