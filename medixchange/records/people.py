"""Writes rows of hospitals, panels, experts, interpreters and rooms.

What somebody imports is theirs: a row that came with the demo data stays when that is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, delete, select

from medixchange.availability.models import DayException, LeavePeriod, WeeklyHours
from medixchange.feeds import actions as feeds
from medixchange.messages import say
from medixchange.people.models import (
    Expert,
    ExpertLanguage,
    ExpertSpecialty,
    Hospital,
    Interpreter,
    InterpreterPair,
    Liaison,
    Panel,
    PanelMember,
    Person,
    Room,
)
from medixchange.people.queries import person_by_email
from medixchange.records.sheets import Fault, Line

EMPTY: Mapping[str, Any] = MappingProxyType({})


def write_hospital(db: Session, line: Line, *, now: datetime) -> list[Fault]:
    """One institution with its liaison where the row names one."""
    if bool(line["liaison_name"]) != bool(line["liaison_email"]):
        told = say("A liaison needs a name and a mail address; fill in both or neither.")
        return [Fault(line.row, "liaison_email", told)]
    hospital = db.exec(select(Hospital).where(Hospital.code == line["code"])).first()
    hospital = hospital or Hospital(code=line["code"], created_at=now, name="", city="", country="", zone="")
    hospital.name, hospital.city = line["name"], line["city"]
    hospital.country, hospital.zone = line["country"], line["zone"]
    hospital.is_demo = False
    hospital.approved_at = (hospital.approved_at or now) if line["approved"] else None
    db.add(hospital)
    db.flush()
    if line["liaison_email"]:
        given = {"name": line["liaison_name"], "language": line["liaison_language"]}
        at_first = {"language": "en", "country": line["country"], "zone": line["zone"]}
        person = _person(db, line["liaison_email"], given, at_first=at_first, now=now)
        if db.get(Liaison, (person.id, hospital.id)) is None:
            db.add(Liaison(person_id=person.id, hospital_id=hospital.id))
    return []


def write_panel(db: Session, line: Line, *, now: datetime) -> list[Fault]:  # noqa: ARG001 - as every writer
    """One panel."""
    panel = db.exec(select(Panel).where(Panel.code == line["code"])).first()
    panel = panel or Panel(code=line["code"], name="", institution="", city="", country="", zone="")
    panel.sqlmodel_update({**line.values, "is_demo": False})
    db.add(panel)
    return []


def write_room(db: Session, line: Line, *, now: datetime) -> list[Fault]:  # noqa: ARG001 - as every writer
    """One video room."""
    room = db.exec(select(Room).where(Room.code == line["code"])).first()
    room = room or Room(code=line["code"], name="", join_url="")
    room.sqlmodel_update({**_given(line, *line.values), "is_demo": False})
    db.add(room)
    return []


def write_expert(db: Session, line: Line, *, now: datetime) -> list[Fault]:
    """One expert with panels, specialties, languages, hours and leave; what stood before is replaced."""
    panels = {panel.code: panel.id for panel in db.exec(select(Panel).where(col(Panel.code).in_(line["panels"])))}
    unknown = [code for code in line["panels"] if code not in panels]
    if unknown:
        told = say("There is no panel “%(code)s”; import it first or correct its key.", code=unknown[0])
        return [Fault(line.row, "panels", told)]
    person = _person_of(db, line, now)
    expert = db.get(Expert, person.id) or Expert(person_id=person.id)
    caps = ("title", "max_day", "max_week", "max_month", "rest_minutes", "notice_hours")
    expert.sqlmodel_update(_given(line, *caps, "active"))
    db.add(expert)
    db.flush()
    for table in (PanelMember, ExpertSpecialty, ExpertLanguage):
        db.exec(delete(table).where(col(table.expert_id) == person.id))
    db.add_all(PanelMember(panel_id=found, expert_id=person.id) for found in panels.values())
    db.add_all(
        ExpertSpecialty(expert_id=person.id, specialty=code, level=level) for code, level in line["specialties"].items()
    )
    db.add_all(
        ExpertLanguage(expert_id=person.id, language=tag, listening=listening, speaking=speaking)
        for tag, (listening, speaking) in line["languages"].items()
    )
    _write_hours(db, person.id, line)
    return []


def write_interpreter(db: Session, line: Line, *, now: datetime) -> list[Fault]:
    """One interpreter with pairs, modes, hours and leave; what stood before is replaced."""
    person = _person_of(db, line, now)
    interpreter = db.get(Interpreter, person.id) or Interpreter(person_id=person.id)
    caps = ("max_minutes_day", "max_minutes_week", "rest_minutes", "notice_hours")
    interpreter.sqlmodel_update(_given(line, *caps, "active"))
    interpreter.domains = list(line["domains"])
    interpreter.simultaneous = "simultaneous" in line["modes"]
    interpreter.consecutive = "consecutive" in line["modes"]
    db.add(interpreter)
    db.flush()
    db.exec(delete(InterpreterPair).where(col(InterpreterPair.interpreter_id) == person.id))
    db.add_all(
        InterpreterPair(interpreter_id=person.id, source=source, target=target) for source, target in line["pairs"]
    )
    _write_hours(db, person.id, line)
    return []


def _given(line: Line, *names: str) -> dict[str, Any]:
    """The values of these columns, without those that leave a record as it is."""
    return {name: line[name] for name in names if line[name] is not None}


def _person_of(db: Session, line: Line, now: datetime) -> Person:
    given = {name: line[name] for name in ("name", "language", "country", "zone")}
    return _person(db, line["email"], given, now=now)


def _person(
    db: Session, email: str, given: Mapping[str, Any], *, at_first: Mapping[str, Any] = EMPTY, now: datetime
) -> Person:
    """Whoever has this address, with what the file gives; ``at_first`` is for somebody who was not known before."""
    given = {name: value for name, value in given.items() if value}
    person = person_by_email(db, email)
    if person is None:
        person = Person(email=email, created_at=now, **{**at_first, **given})
    elif any(getattr(person, name) != value for name, value in given.items()):
        feeds.mark_stale(db, person.id)
        person.sqlmodel_update(given)
    person.is_demo = False
    db.add(person)
    db.flush()
    return person


def _write_hours(db: Session, person_id: int, line: Line) -> None:
    weekly: Iterable[WeeklyHours] = (
        WeeklyHours(person_id=person_id, weekday=stretch.weekday, start_minute=stretch.start, end_minute=stretch.end)
        for stretch in line["hours"]
    )
    away = (LeavePeriod(person_id=person_id, first_day=days.first, last_day=days.last) for days in line["leave"])
    # A day without hours is one row without minutes.
    other = (
        DayException(person_id=person_id, day=each.day, start_minute=start, end_minute=end)
        for each in line["exceptions"]
        for start, end in each.hours or [(None, None)]
    )
    for table in (WeeklyHours, DayException, LeavePeriod):
        db.exec(delete(table).where(col(table.person_id) == person_id))
    db.add_all([*weekly, *other, *away])
