"""Two hundred requests, and a hundred experts who could answer; their names are in German, which no page is in."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select, update

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions as matching
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Hospital, Panel, Person, Room
from medixchange.plans.lifecycle import PlannedState
from medixchange.plans.models import PlannedMatch
from medixchange.samples.world import story_week
from tests import make

PATIENCE, PAUSE = 150.0, 0.2
REQUESTS, EXPERTS, HOSPITALS = 200, 100, 40
CITIES = (
    ("Kigali", "RW", "Africa/Kigali", ("en", "fr")),
    ("Addis Ababa", "ET", "Africa/Addis_Ababa", ("en",)),
    ("Johannesburg", "ZA", "Africa/Johannesburg", ("en",)),
    ("Harare", "ZW", "Africa/Harare", ("en",)),
    ("Cairo", "EG", "Africa/Cairo", ("ar",)),
    ("Dakar", "SN", "Africa/Dakar", ("fr",)),
    ("Jakarta", "ID", "Asia/Jakarta", ("id", "en")),
    ("Nairobi", "KE", "Africa/Nairobi", ("en",)),
)
SPECIALTIES = ("intensive-care", "respiratory", "infection-control", "emergency", "nursing", "paediatrics")
SURNAMES = ("Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Huang", "Zhao", "Wu", "Zhou")
GIVEN = ("Fang", "Wei", "Na", "Min", "Jing", "Qiang", "Lei", "Jun", "Yan", "Ping")
RIVALS, BUSY = "Narkose", "Onkologie"
"""How the topics begin of those who want the same expert: at one hour only, and at any."""
SPARE = "Wochenbett"
"""How the topics begin of hospitals that want what many experts know, so that somebody can take over."""

HOSPITAL_MAIL = "@klinikum.example.org"
SEARCHING = col(MatchSearch.state).in_([SearchState.WANTED, SearchState.RUNNING])
BECOMING = col(PlannedMatch.state) == PlannedState.ACCEPTED
POSTED = col(Delivery.state).in_([DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED])
"""What is still under way: searches, sessions that are made, letters that are sent."""


def fill(database: Database) -> None:
    """The world, kept apart from the demo's, and proposals wanted for a part of the requests."""
    chance, now = random.Random(200), datetime.now(UTC)
    with database.write() as db:
        for kind in (Hospital, Panel, Person, Room):
            db.exec(update(kind).values(is_demo=True))
        _people(db, chance)
        hospitals = [_hospital(db, number) for number in range(HOSPITALS)]
        special = [*_rivals(db, hospitals, now), *_busy(db, hospitals, now)]
        asked = [_ordinary(db, chance, hospitals, number, now) for number in range(REQUESTS - len(special))]
        for request in (*special, *asked):
            request.created_at = request.submitted_at = now
        for request in (*special, *asked[::6]):
            matching.want(db, request, now=now)


def _people(db: Session, chance: random.Random) -> None:
    panel = make.panel(db)
    for number in range(EXPERTS):
        name = f"{SURNAMES[number % 10]} {GIVEN[number // 10]}"
        levels = {"zh": (5, 5), "en": (4, 4)} if number % 10 < 7 else {"zh": (5, 5)}
        knows = {each: chance.randint(1, 3) for each in chance.sample(SPECIALTIES, 2)}
        rare = {0: {"anaesthesia": 3}, 1: {"oncology": 3}}.get(number, knows)
        make.expert(db, name, specialties=rare, languages=levels, panel=panel)
    for number in range(18):
        other = ("fr", "ar", "id")[number % 3]
        name = f"Dolmetsch {number + 1}"
        make.interpreter(db, name, pairs=(("zh", other), (other, "zh"), ("en", other), (other, "en")))
    for number in range(16):
        make.room(db, f"Saal {number + 1}")


def _hospital(db: Session, number: int) -> Hospital:
    city, country, zone, languages = CITIES[number % len(CITIES)]
    made = make.hospital(db, f"Klinikum {city} {number // len(CITIES) + 1}", city=city, country=country, zone=zone)
    make.liaison(db, made, f"Kontakt {number + 1}", email=_mail(number), language=languages[0])
    return made


def _mail(number: int) -> str:
    return f"kontakt-{number + 1}{HOSPITAL_MAIL}"


def _rivals(db: Session, hospitals: Sequence[Hospital], now: datetime) -> list[SessionRequest]:
    """Three who can only come on the same hour, and want an expert of whom there is one."""
    day = story_week(now) + timedelta(days=15)
    return [
        _request(db, hospitals, at, f"{RIVALS} {at + 1}", [(day, 600, 660)], specialties=["anaesthesia"])
        for at in (1, 9, 17)  # all in Addis Ababa
    ]


def _busy(db: Session, hospitals: Sequence[Hospital], now: datetime) -> list[SessionRequest]:
    """Two who would like the same hour of one expert, and can come on the day after too."""
    day = story_week(now) + timedelta(days=15)
    windows = [(day, 600, 660), (day + timedelta(days=1), 600, 660)]
    return [
        _request(db, hospitals, at, f"{BUSY} {at + 1}", windows, specialties=["oncology"], urgency=urgency)
        for at, urgency in ((25, 1), (33, 2))
    ]


def _ordinary(
    db: Session, chance: random.Random, hospitals: Sequence[Hospital], number: int, now: datetime
) -> SessionRequest:
    first = story_week(now) + timedelta(days=7 * chance.randrange(4))
    days = sorted(chance.sample(range(4), 2))
    windows = [(first + timedelta(days=day), 9 * 60, 13 * 60) for day in days]
    topic = f"{SPARE} {number + 1:03}"
    wanted = [chance.choice(SPECIALTIES)]
    at = number % len(hospitals)
    return _request(db, hospitals, at, topic, windows, specialties=wanted, urgency=chance.choice((1, 1, 1, 2, 3)))


def _request(
    db: Session, hospitals: Sequence[Hospital], at: int, topic: str, windows: list[tuple[date, int, int]], **facts: Any
) -> SessionRequest:
    language = CITIES[at % len(CITIES)][3][0]
    plain = {"contact_email": _mail(at), "languages": {language: 5}, "language": language}
    return make.request(db, hospitals[at], topic=topic, windows=windows, **{**plain, **facts})


def until_done(database: Database, under_way: ColumnElement[bool]) -> None:
    """Wait until nothing of this kind is under way any more."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with database.read() as db:
            if not db.exec(select(exists().where(under_way))).one():
                return
        time.sleep(PAUSE)
    raise AssertionError(f"not done after {PATIENCE:.0f} seconds: {under_way}")
