"""How long one request waits for its proposals: 300 experts and 60 interpreters over eight weeks.

    python -m bench.matching [--requests 100] [--settled 100] [--seed 1]

Makes a world of its own in a temporary SQLite file, approves a part of the requests so that people are taken, and then
times each of the others alone as the job does it: reading the rows, and thinking (searching, or finding out why not).
Counted is CPU time, which is the time on the wall where nobody else uses the core; the longest on the wall is
printed too, with the machine's load. Ends with exit status 1 when the slowest takes more CPU time than the goal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from os import cpu_count, getloadavg
from random import Random
from time import perf_counter, process_time

from sqlmodel import Session, col, select

from bench.databases import opened
from bench.pace import said
from medixchange.availability.models import WeeklyHours
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.languages.specialties import SPECIALTIES
from medixchange.matching import actions, searching
from medixchange.matching.facts import problem_of
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.matching.search import think
from medixchange.people import models as people
from medixchange.schema import migrate
from medixchange.tokens import seed as new_seed

GOAL = 1.0
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
EXPERTS, INTERPRETERS, HOSPITALS, ROOMS = 300, 60, 100, 12
TONGUES = ("en", "fr", "id", "ar", "pt", "am", "es", "ru")
PLACES = (
    ("Africa/Kigali", "RW", "en"), ("Africa/Addis_Ababa", "ET", "am"), ("Africa/Johannesburg", "ZA", "en"),
    ("Africa/Harare", "ZW", "en"), ("Asia/Jakarta", "ID", "id"), ("Asia/Jayapura", "ID", "id"),
    ("Africa/Accra", "GH", "en"), ("Asia/Colombo", "LK", "en"), ("Asia/Kathmandu", "NP", "en"),
    ("Africa/Cairo", "EG", "ar"), ("Africa/Casablanca", "MA", "fr"), ("Africa/Maputo", "MZ", "pt"),
    ("America/Lima", "PE", "es"), ("America/New_York", "US", "en"), ("Europe/Zurich", "CH", "fr"),
)  # fmt: skip  # a table


@dataclass(frozen=True)
class Timing:
    """How one request went, in CPU seconds: reading, and thinking; then on the wall; how many proposals."""

    reading: float
    thinking: float
    wall: float
    found: int

    @property
    def whole(self) -> float:
        """From the job's begin to the answer."""
        return self.reading + self.thinking


@contextmanager
def world(
    chance: Random, *, requests: int, experts: int = EXPERTS, kind: str = "sqlite"
) -> Iterator[tuple[Database, list[int]]]:
    """A database of its own of this ``kind``, and the numbers of the requests that wait there."""
    with opened(kind) as database:
        migrate(database)
        with database.write() as db:
            furnish(db, chance, experts=experts)
            ids = [ask(db, number, chance) for number in range(requests)]
        yield database, ids


def furnish(db: Session, chance: Random, *, experts: int = EXPERTS) -> None:
    """Experts in China, interpreters, rooms and hospitals."""
    for number in range(experts):
        who = _person(db, f"expert-{number}", "Asia/Shanghai", "CN")
        db.add(people.Expert(person_id=who))
        db.flush()
        for code in chance.sample(sorted(SPECIALTIES), chance.choice((1, 2, 2, 3))):
            db.add(people.ExpertSpecialty(expert_id=who, specialty=code, level=chance.choice((1, 2, 3))))
        english = chance.choice((0, 2, 3, 4, 4, 5))
        for tag, level in (("zh", 5), ("en", english)):
            db.add(people.ExpertLanguage(expert_id=who, language=tag, listening=level, speaking=level))
        _hours(db, who, (8 * 60, 12 * 60), (14 * 60, chance.choice((18, 20, 22)) * 60))
    for number in range(INTERPRETERS):
        who = _person(db, f"interpreter-{number}", "Asia/Shanghai", "CN")
        db.add(people.Interpreter(person_id=who))
        db.flush()
        near, far = chance.choice(("zh", "zh", "en")), TONGUES[number % len(TONGUES)]
        for source, target in ((near, far), (far, near)) if near != far else (("zh", "en"), ("en", "zh")):
            db.add(people.InterpreterPair(interpreter_id=who, source=source, target=target))
        _hours(db, who, (8 * 60, 21 * 60))
    for number in range(ROOMS):
        db.add(
            people.Room(code=f"room-{number}", name=f"Room {number}", join_url="https://rooms.example.org", channels=2)
        )
    for number in range(HOSPITALS):
        zone, country, _ = PLACES[number % len(PLACES)]
        hospital = people.Hospital(
            code=f"hospital-{number}",
            name=f"Hospital {number}",
            city=zone,
            country=country,
            zone=zone,
            approved_at=NOW,
            created_at=NOW,
        )
        db.add(hospital)
    db.flush()


def ask(db: Session, number: int, chance: Random) -> int:
    """A request of one of the hospitals, with three windows within the eight weeks."""
    hospital = db.exec(select(people.Hospital).order_by(col(people.Hospital.id)).offset(number % HOSPITALS)).first()
    assert hospital is not None
    tongue = next(tag for zone, _, tag in PLACES if zone == hospital.zone)
    english = chance.choice((1, 2, 3, 4, 5))
    request = SessionRequest(
        reference=f"MX-{1000 + number}",
        state=RequestState.SUBMITTED,
        hospital_id=hospital.id,
        contact_name="Bench Example",
        contact_email=f"bench-{number}@example.org",
        language="en",
        zone=hospital.zone,
        topic="Oxygen therapy",
        specialties=chance.sample(sorted(SPECIALTIES), chance.choice((1, 2, 2, 3))),
        minutes=chance.choice((30, 45, 60, 60, 90)),
        urgency=chance.choice((1, 1, 2, 3)),
        windows_only=chance.random() < 0.5,
        languages={"en": english, tongue: 5},
        confirm_seed=new_seed(),
        status_seed=new_seed(),
        created_at=NOW,
        submitted_at=NOW,
    )
    db.add(request)
    db.flush()
    for position in range(1, 4):
        day = _workday(NOW.date() + timedelta(days=chance.randrange(3, 55)))
        start = chance.choice((8, 9, 10, 13)) * 60
        window = RequestWindow(
            request_id=request.id, position=position, day=day, start_minute=start, end_minute=start + 180
        )
        db.add(window)
    return request.id


def settle(database: Database, request_id: int) -> bool:
    """Search for one request and approve its best proposal, so that its people are taken."""
    with database.write() as db:
        wanted = actions.want(db, db.get_one(SessionRequest, request_id), now=NOW).id
    searching.propose(database, wanted, now=NOW)
    with database.write() as db:
        best = db.exec(
            select(ProposedMatch)
            .where(ProposedMatch.request_id == request_id, ProposedMatch.state == MatchState.PROPOSED)
            .order_by(col(ProposedMatch.rank))
        ).first()
        if best is not None:
            actions.approve(db, best)
        return best is not None


def timed(database: Database, request_id: int) -> Timing:
    """Read and think as the job does, against the clock."""
    begin, on_wall = process_time(), perf_counter()
    with database.read() as db:
        problem = problem_of(db, db.get_one(SessionRequest, request_id), now=NOW)
    middle = process_time()
    found = think(problem, str(request_id))
    return Timing(middle - begin, process_time() - middle, perf_counter() - on_wall, len(found.matches))


def table(first: Timing, others: list[Timing]) -> str:
    """The figures in milliseconds."""
    kinds = {
        "matched": [each for each in others if each.found],
        "waiting": [each for each in others if not each.found],
        "all": others,
    }
    lines = ["|            | requests | reading p50 | thinking p50 | whole p50 | whole p99 | slowest |"]
    lines.append("| ---------- | -------- | ----------- | ------------ | --------- | --------- | ------- |")
    lines += [_line(name, times) for name, times in kinds.items() if times]
    lines.append(_line("cold start", [first]))
    return "\n".join(lines)


def main() -> int:
    """Make the world, time the requests, print the table."""
    parser = argparse.ArgumentParser(description="Times the matching of one request at a time.")
    parser.add_argument("--requests", type=int, default=100, help="how many requests to time")
    parser.add_argument("--settled", type=int, default=100, help="how many sessions stand already")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world")
    chosen = parser.parse_args()
    print(said())
    chance = Random(chosen.seed)
    with world(chance, requests=chosen.settled + chosen.requests + 1) as (database, ids):
        first = timed(database, ids.pop())
        settled = sum(settle(database, each) for each in ids[: chosen.settled])
        others = [timed(database, each) for each in ids[chosen.settled :]]
    print(f"{EXPERTS} experts, {INTERPRETERS} interpreters, 8 weeks, {settled} sessions stand; CPU milliseconds")
    print(table(first, others))
    every = (first, *others)
    slowest, wall = max(each.whole for each in every), max(each.wall for each in every)
    print(f"on the wall at most {1000 * wall:.0f} ms, with a load of {getloadavg()[0]:.1f} on {cpu_count()} cores")
    print(f"goal: one request within {GOAL * 1000:.0f} ms; {'reached' if slowest < GOAL else 'MISSED'}")
    return 0 if slowest < GOAL else 1


def _person(db: Session, name: str, zone: str, country: str) -> int:
    person = people.Person(name=name, email=f"{name}@example.org", zone=zone, country=country, created_at=NOW)
    db.add(person)
    db.flush()
    return person.id


def _hours(db: Session, who: int, *stretches: tuple[int, int]) -> None:
    for weekday in range(5):
        for start, end in stretches:
            db.add(WeeklyHours(person_id=who, weekday=weekday, start_minute=start, end_minute=end))


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _line(name: str, times: list[Timing]) -> str:
    whole = [each.whole for each in times]
    shares = (
        _share([each.reading for each in times], 50),
        _share([each.thinking for each in times], 50),
        _share(whole, 50),
        _share(whole, 99),
        max(whole),
    )
    cells = [f"{1000 * each:>{width}.1f}" for each, width in zip(shares, (11, 12, 9, 9, 7), strict=True)]
    return f"| {name:<10} | {len(times):>8} | " + " | ".join(cells) + " |"


def _share(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    sys.exit(main())
