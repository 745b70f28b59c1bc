"""Imports a CSV file whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from sqlmodel import Session

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.records import days, people, requests
from medixchange.records.kinds import KINDS
from medixchange.records.sheets import Fault, Line, read_sheet
from medixchange.sessions.changes import followed


class Writer(Protocol):
    """Writes one row, or says what is wrong with it against what is known already."""

    def __call__(self, db: Session, line: Line, *, now: datetime) -> list[Fault]: ...


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "hospitals": people.write_hospital,
        "panels": people.write_panel,
        "experts": people.write_expert,
        "interpreters": people.write_interpreter,
        "rooms": people.write_room,
        "closed-days": days.write_closed_days,
        "requests": requests.write_request,
    }
)


class UnknownKind(Refusal):
    """There are no such records."""


@dataclass(frozen=True)
class Imported:
    """How many rows were read, and the faults that kept all of them out."""

    rows: int
    faults: tuple[Fault, ...]


class Unkept(Exception):
    """Leaves the transaction without committing it; ``outcome`` says what was found."""

    def __init__(self, outcome: Imported) -> None:
        super().__init__(str(outcome.faults[:1]))
        self.outcome = outcome


def import_records(
    database: Database, kind: str, text: str, *, now: datetime, actor: str, dry_run: bool = False
) -> Imported:
    """Read ``text`` as records of ``kind`` and keep them all, or none where one cell is wrong.

    A dry run does everything but keep. Raises UnknownKind.
    """
    try:
        with database.write() as db:
            outcome = write_records(db, kind, text, now=now, actor=actor)
            if dry_run:
                raise Unkept(outcome)
    except Unkept as undone:
        return undone.outcome
    return outcome


def write_records(db: Session, kind: str, text: str, *, now: datetime, actor: str) -> Imported:
    """Write ``text`` as records of ``kind``.

    Raises Unkept, with what is wrong, where one cell is, and Refusal for an unknown kind.
    """
    if kind not in KINDS:
        raise UnknownKind(
            say(
                "There are no records of the kind “%(kind)s”; choose one of %(all)s.",
                kind=kind,
                all=", ".join(KINDS),
            )
        )
    lines, faults = read_sheet(text, KINDS[kind].columns, key=KINDS[kind].key)
    if faults:
        raise Unkept(Imported(len(lines), tuple(faults)))
    with followed(db, actor=actor, now=now):
        faults = [fault for line in lines for fault in WRITERS[kind](db, line, now=now)]
        if faults:
            raise Unkept(Imported(len(lines), tuple(faults)))
        if kind == "requests":
            requests.follow_all(db, lines, now=now)
    record(db, actor=actor, verb="import", subject=f"records:{kind}", now=now, after={"rows": len(lines)})
    return Imported(len(lines), ())
