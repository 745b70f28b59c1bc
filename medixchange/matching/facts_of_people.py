"""Reads experts and interpreters with all that a search must know of them, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, or_, select

from medixchange.availability import queries as availability
from medixchange.availability.windows import ClosedDays, Hours
from medixchange.languages.tags import spoken
from medixchange.matching.kept import NO_EXPERT, NO_INTERPRETER, Kept
from medixchange.matching.masks import Place, person_masks
from medixchange.matching.resources import Block, Expert, Interpreter, Mask
from medixchange.matching.shares import Share, days_there, lent_to_all
from medixchange.people import models as people
from medixchange.policies.values import HouseRules, Policy
from medixchange.times.grid import Grid
from medixchange.times.intervals import Interval

FAIR_MEMORY = timedelta(days=180)
"""How far back sessions count against somebody's share."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Within what people are looked at: the grid, the house rules, now, and only ``ids`` where they are given.

    ``busy`` are slots at which somebody said that they cannot come, ``closed`` what organizers recorded, ``kept`` what
    the sessions of requests stay as they are for. Demo data is matched with demo data only.
    """

    grid: Grid
    rules: HouseRules
    now: datetime
    ids: frozenset[int] | None = None
    busy: Mapping[int, tuple[Block, ...]] = field(default_factory=dict)
    closed: ClosedDays = field(default_factory=ClosedDays)
    is_demo: bool = False
    kept: Mapping[str, Sequence[Kept]] = field(default_factory=dict)

    def kept_for(self, kind: str) -> frozenset[int]:
        """The numbers of whom or what sessions stay with for all of a cause of this ``kind``."""
        return frozenset(int(each.number) for each in chain(*self.kept.values()) if each.kind == kind)

    @property
    def policy(self) -> Policy:
        """The house's policy."""
        return self.rules.policy

    def among(self, key: Mapped[int]) -> tuple[ColumnElement[bool], ...]:
        """The condition that keeps a query to ``ids``."""
        return () if self.ids is None else (key.in_(self.ids),)

    def hours(self, db: Session) -> Mapping[int, Hours]:
        """The hours of everybody."""
        return availability.hours(db, self.grid.span, ids=self.ids)


def experts(db: Session, frame: Frame, hours: Mapping[int, Hours], *, held_from: datetime) -> tuple[Expert, ...]:
    """Every active expert with their ``hours``; sessions that ended by ``held_from`` count as past load, later ones are
    held.

    What is lent depends on everybody, so it is left out where only some are read.
    """
    rows = db.exec(
        select(people.Expert, people.Person)
        .join(people.Person, col(people.Person.id) == col(people.Expert.person_id))
        .where(
            or_(col(people.Expert.active), col(people.Expert.person_id).in_(frame.kept_for(NO_EXPERT))),
            col(people.Person.is_demo) == frame.is_demo,
            *frame.among(col(people.Expert.person_id)),
        )
        .order_by(col(people.Expert.person_id))
    ).all()
    specialties, (speaking, speaking_only) = _specialties(db, frame), _languages(db, frame)
    panels = _panels(db, frame)
    loads = availability.loads(db, Interval(frame.now - FAIR_MEMORY, held_from), ids=frame.ids)
    there = [person for _, person in rows] if frame.ids is None else []
    lent = lent_to_experts(db, there, specialties, now=frame.now)
    return tuple(
        Expert(
            id=str(person.id),
            name=person.name,
            zone=person.zone,
            country=person.country,
            masks=_masks(person, hours, expert.notice_hours, frame),
            rest_minutes=expert.rest_minutes,
            specialties=specialties[person.id],
            speaking=speaking[person.id],
            speaking_only=frozenset(speaking_only[person.id]),
            max_day=expert.max_day,
            max_week=expert.max_week,
            max_month=expert.max_month,
            past_load=loads.get(person.id, 0),
            lent=lent.get(person.id, 0),
            panels=tuple(panels[person.id]),
        )
        for expert, person in rows
    )


def lent_to_experts(
    db: Session, persons: Sequence[people.Person], specialties: Mapping[int, Collection[str]], *, now: datetime
) -> Mapping[int, int]:
    """The sessions that are lent to each of ``persons``, the experts that there are."""
    window = Interval(now - FAIR_MEMORY, now)
    given, away = availability.loads(db, window), availability.leaves(db, window)
    first, until = window.start.date(), window.end.date()
    shares = {}
    for person in persons:
        leave = [(each.first, each.last) for each in away.get(person.id, ())]
        days = days_there(first, until, joined=person.created_at.date(), away=leave)
        shares[person.id] = Share(given.get(person.id, 0), days, frozenset(specialties[person.id]))
    return lent_to_all(shares)


def interpreters(db: Session, frame: Frame, hours: Mapping[int, Hours]) -> tuple[Interpreter, ...]:
    """Every active interpreter with their ``hours``."""
    rows = db.exec(
        select(people.Interpreter, people.Person)
        .join(people.Person, col(people.Person.id) == col(people.Interpreter.person_id))
        .where(
            or_(col(people.Interpreter.active), col(people.Interpreter.person_id).in_(frame.kept_for(NO_INTERPRETER))),
            col(people.Person.is_demo) == frame.is_demo,
            *frame.among(col(people.Interpreter.person_id)),
        )
        .order_by(col(people.Interpreter.person_id))
    ).all()
    pairs = _pairs(db, frame)
    return tuple(
        Interpreter(
            id=str(person.id),
            name=person.name,
            zone=person.zone,
            country=person.country,
            masks=_masks(person, hours, interpreter.notice_hours, frame),
            rest_minutes=interpreter.rest_minutes,
            pairs=frozenset(pairs[person.id]),
            domains=frozenset(interpreter.domains),
            simultaneous=interpreter.simultaneous,
            consecutive=interpreter.consecutive,
            max_minutes_day=interpreter.max_minutes_day,
            max_minutes_week=interpreter.max_minutes_week,
        )
        for interpreter, person in rows
    )


def _masks(person: people.Person, hours: Mapping[int, Hours], notice_hours: int, frame: Frame) -> tuple[Mask, ...]:
    return person_masks(
        hours.get(person.id, Hours()),
        Place(person.zone, person.country, frame.closed.of(person.country)),
        busy=frame.busy.get(person.id, ()),
        notice=timedelta(hours=notice_hours),
        now=frame.now,
        grid=frame.grid,
        policy=frame.policy,
    )


def _specialties(db: Session, frame: Frame) -> Mapping[int, Mapping[str, int]]:
    row, found = people.ExpertSpecialty, defaultdict[int, dict[str, int]](dict)
    query = select(row.expert_id, row.specialty, row.level).where(*frame.among(col(row.expert_id)))
    for who, code, level in db.exec(query):
        found[who][code] = level
    return found


def _languages(db: Session, frame: Frame) -> tuple[Mapping[int, Mapping[str, int]], Mapping[int, set[str]]]:
    """Of each expert the languages spoken, and those in which the expert would present and not follow questions.

    Whoever presents in a language takes questions in it: it counts where the expert follows it as an audience must.
    """
    policy, row = frame.policy, people.ExpertLanguage
    speaking, speaking_only = defaultdict[int, dict[str, int]](dict), defaultdict[int, set[str]](set)
    query = select(row.expert_id, row.language, row.speaking, row.listening).where(*frame.among(col(row.expert_id)))
    for who, written, level, listening in db.exec(query):
        tag = spoken(written)
        if listening >= policy.lang_min_audience:
            speaking[who][tag] = max(level, speaking[who].get(tag, 0))
        elif level >= policy.lang_min_expert:
            speaking_only[who].add(tag)
    return speaking, speaking_only


def _pairs(db: Session, frame: Frame) -> Mapping[int, list[tuple[str, str]]]:
    row, found = people.InterpreterPair, defaultdict[int, list[tuple[str, str]]](list)
    query = select(row.interpreter_id, row.source, row.target).where(*frame.among(col(row.interpreter_id)))
    for who, source, target in db.exec(query):
        found[who].append((spoken(source), spoken(target)))
    return found


def _panels(db: Session, frame: Frame) -> Mapping[int, list[str]]:
    member, found = people.PanelMember, defaultdict[int, list[str]](list)
    query = (
        select(member.expert_id, people.Panel.name)
        .join(people.Panel, col(people.Panel.id) == col(member.panel_id))
        .where(*frame.among(col(member.expert_id)))
        .order_by(col(member.expert_id), col(people.Panel.name))
    )
    for who, name in db.exec(query):
        found[who].append(name)
    return found
