"""Plain makers of rows, with sensible defaults; every maker adds and flushes, the test commits.

Rows that nothing refers to are flushed together: by itself each takes about a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from medixchange.availability.models import Load, WeeklyHours
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.people.models import (
    Expert,
    ExpertLanguage,
    ExpertSpecialty,
    Hospital,
    Interpreter,
    InterpreterPair,
    Liaison,
    Organizer,
    Panel,
    PanelMember,
    Person,
    Room,
)
from medixchange.tokens import seed

Row = TypeVar("Row", bound=SQLModel)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday
OFFICE_HOURS = tuple((weekday, 8 * 60, 18 * 60) for weekday in range(5))
NUMBERS = count(1)


def hospital(
    db: Session,
    name: str = "King Faisal Hospital",
    *,
    city: str = "Kigali",
    country: str = "RW",
    zone: str = "Africa/Kigali",
    approved: bool = True,
) -> Hospital:
    """A hospital, approved unless said otherwise."""
    return _keep(
        db,
        Hospital(
            code=f"hospital-{next(NUMBERS)}",
            name=name,
            city=city,
            country=country,
            zone=zone,
            approved_at=NOW if approved else None,
            created_at=NOW,
        ),
    )


def person(
    db: Session,
    name: str = "Aline Example",
    *,
    email: str = "",
    language: str = "en",
    zone: str = "Africa/Kigali",
    country: str = "RW",
) -> Person:
    """Somebody without a role."""
    address = email or f"person-{next(NUMBERS)}@example.org"
    return _keep(db, Person(name=name, email=address, language=language, zone=zone, country=country, created_at=NOW))


def liaison(db: Session, of: Hospital, name: str = "Aline Example", **facts: Any) -> Person:
    """A liaison of the hospital ``of``, in its zone."""
    made = person(db, name, **{"zone": of.zone, "country": of.country, **facts})
    _keep(db, Liaison(person_id=made.id, hospital_id=of.id))
    return made


def organizer(db: Session, name: str = "Ada Organizer", **facts: Any) -> Person:
    """Somebody who decides at the desk."""
    made = person(db, name, **facts)
    _keep(db, Organizer(person_id=made.id))
    return made


def panel(db: Session, name: str = "Critical care panel") -> Panel:
    """A panel in Hangzhou."""
    return _keep(
        db,
        Panel(
            code=f"panel-{next(NUMBERS)}",
            name=name,
            institution="The First Affiliated Hospital",
            city="Hangzhou",
            country="CN",
            zone="Asia/Shanghai",
        ),
    )


def expert(
    db: Session,
    name: str = "Zhang San 张三",
    *,
    specialties: Mapping[str, int] | None = None,
    languages: Mapping[str, tuple[int, int]] | None = None,
    hours: Sequence[tuple[int, int, int]] = OFFICE_HOURS,
    panel: Panel | None = None,
    who: Person | None = None,
    joined: datetime | None = None,
    gave: int = 0,
    **caps: Any,
) -> Expert:
    """An expert in China who speaks Chinese and English and is there in office hours.

    ``languages`` maps a language to (listening, speaking); ``hours`` are (weekday, start, end) in minutes. Who ``gave``
    sessions gave one a week until seven weeks ago.
    """
    who = who or person(db, name, language="zh-Hans", zone="Asia/Shanghai", country="CN")
    who.created_at = joined or who.created_at
    made = _keep(db, Expert(person_id=who.id, **{"notice_hours": 0, **caps}))
    known = (
        ExpertSpecialty(expert_id=who.id, specialty=code, level=level)
        for code, level in (specialties or {"intensive-care": 3}).items()
    )
    spoken = (
        ExpertLanguage(expert_id=who.id, language=tag, listening=listening, speaking=speaking)
        for tag, (listening, speaking) in (languages or {"zh": (5, 5), "en": (4, 4)}).items()
    )
    seats = [] if panel is None else [PanelMember(panel_id=panel.id, expert_id=who.id)]
    ends = ((week, NOW - timedelta(weeks=week)) for week in range(7, gave + 7))
    given = (
        Load(person_id=who.id, session_uid=f"{who.id}-{week}", starts_at=end - timedelta(hours=1), ends_at=end)
        for week, end in ends
    )
    _keep_all(db, (*known, *spoken, *seats, *given, *_weekly(who.id, hours)))
    return made


def interpreter(
    db: Session,
    name: str = "Mei Example",
    *,
    pairs: Sequence[tuple[str, str]] = (("zh", "fr"), ("fr", "zh")),
    hours: Sequence[tuple[int, int, int]] = OFFICE_HOURS,
    zone: str = "Asia/Shanghai",
    country: str = "CN",
    language: str = "zh-Hans",
    **caps: Any,
) -> Interpreter:
    """An interpreter in China between Chinese and French."""
    who = person(db, name, language=language, zone=zone, country=country)
    made = _keep(db, Interpreter(person_id=who.id, **{"notice_hours": 0, **caps}))
    between = (InterpreterPair(interpreter_id=who.id, source=source, target=target) for source, target in pairs)
    _keep_all(db, (*between, *_weekly(who.id, hours)))
    return made


def weekly_hours(db: Session, person_id: int, hours: Sequence[tuple[int, int, int]]) -> None:
    """Hours of each week: (weekday, start, end) in minutes of the local day."""
    _keep_all(db, _weekly(person_id, hours))


def room(db: Session, name: str = "West Lake room", **facts: Any) -> Room:
    """A video room with two interpreting channels."""
    code = f"room-{next(NUMBERS)}"
    return _keep(
        db, Room(code=code, name=name, **{"join_url": f"https://rooms.example.org/{code}", "channels": 2, **facts})
    )


def request(
    db: Session,
    of: Hospital,
    *,
    state: RequestState = RequestState.SUBMITTED,
    windows: Sequence[tuple[date, int, int]] = (),
    liaison: Person | None = None,
    **facts: Any,
) -> SessionRequest:
    """A request of the hospital ``of``; by default an hour in English on Tuesday in a week, 09:00 to 12:00 there."""
    number = next(NUMBERS)
    plain: dict[str, Any] = {
        "reference": f"MX-{9000 + number}",
        "contact_name": liaison.name if liaison else "Aline Example",
        "contact_email": liaison.email if liaison else f"contact-{number}@example.org",
        "language": liaison.language if liaison else "en",
        "zone": of.zone,
        "topic": "Oxygen therapy when beds run short",
        "specialties": ["intensive-care"],
        "minutes": 60,
        "languages": {"en": 5},
        "submitted_at": NOW,
    }
    made = _keep(
        db,
        SessionRequest(
            **{**plain, **facts},
            state=state,
            hospital_id=of.id,
            liaison_id=liaison.id if liaison else None,
            confirm_seed=seed(),
            status_seed=seed(),
            created_at=NOW,
        ),
    )
    _keep_all(
        db,
        (
            RequestWindow(request_id=made.id, position=place, day=day, start_minute=start, end_minute=end)
            for place, (day, start, end) in enumerate(windows or [(next_week(1), 9 * 60, 12 * 60)], start=1)
        ),
    )
    return made


def match(
    db: Session,
    of: SessionRequest,
    *,
    starts_at: datetime,
    panel: Sequence[Expert],
    room: Room,
    interpreters: Sequence[Interpreter] = (),
    leg: str = "zh>fr",
    **facts: Any,
) -> ProposedMatch:
    """A proposal for the request ``of`` that waits at the desk, found by a search of its own."""
    search = _keep(db, MatchSearch(request_id=of.id, state=SearchState.DONE, asked_at=NOW, finished_at=NOW))
    speech, _, audience = leg.partition(">")
    spoken = {"mode": "interpreter", "speech": speech, "audience": audience}
    plain = {**(spoken if interpreters else {"mode": "direct", "speech": "en", "audience": "en"}), **facts}
    made = _keep(
        db,
        ProposedMatch(
            search_id=search.id,
            request_id=of.id,
            rank=1,
            state=MatchState.PROPOSED,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=of.minutes),
            room_id=room.id,
            score=90,
            fit=90,
            parts=[],
            **plain,
        ),
    )
    experts = (MatchMember(match_id=made.id, person_id=each.person_id, role="expert") for each in panel)
    hired = (
        MatchMember(match_id=made.id, person_id=each.person_id, role="interpreter", leg=leg) for each in interpreters
    )
    _keep_all(db, (*experts, *hired))
    return made


def next_week(weekday: int) -> date:
    """The day of the week after NOW's; 0 is Monday."""
    return NOW.date() + timedelta(days=7 + weekday - NOW.weekday())


def _weekly(person_id: int, hours: Sequence[tuple[int, int, int]]) -> Iterator[WeeklyHours]:
    for weekday, start, end in hours:
        yield WeeklyHours(person_id=person_id, weekday=weekday, start_minute=start, end_minute=end)


def _keep(db: Session, row: Row) -> Row:
    _keep_all(db, [row])
    return row


def _keep_all(db: Session, rows: Iterable[SQLModel]) -> None:
    db.add_all(rows)
    db.flush()
