"""Who waits and who gives: waiting, hours and refusals by country and language, and everybody's hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.fairness import queries
from medixchange.fairness.groups import Group, by_country, by_language
from medixchange.intake import queries as intake
from medixchange.matching.waiting import behind
from medixchange.messages import Message, Term, country, language, say
from medixchange.records.writing import write_sheet
from medixchange.web.access import Organizer, policy
from medixchange.web.desk.figures import in_hours
from medixchange.web.page import Db, Now, Reading, render

PAGE = "/desk/fairness"
WINDOWS: Mapping[str, Message] = {
    "28": say("Four weeks"),
    "91": say("A quarter"),
    "182": say("Half a year"),
    "365": say("A year"),
}
"""Days that the tables look back."""
USUAL = "182"
GROUPED: Sequence[Message] = (
    say("Waiting now"),
    say("Days they wait: median"),
    say("Days they wait: longest"),
    say("Sessions coming"),
    say("Sessions held"),
    say("Days until they were held: median"),
    say("Hours given"),
    say("Refused"),
    say("Withdrawn"),
)
BEHIND = say("Days they wait longer than is usual")
"""By which the requests of a country rise in matching."""
COLUMNS: Mapping[str, Sequence[Message]] = {"countries": (*GROUPED, BEHIND), "languages": GROUPED}
PEOPLE: Sequence[Message] = (
    say("Sessions given"),
    say("Hours given"),
    say("Sessions coming"),
    say("Declined"),
    say("Lent"),
    say("Counted"),
)
EXPERT, INTERPRETER = say("Expert"), say("Interpreter")
Kind = Literal["countries", "languages", "people"]

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """One row of a table: what it is about, and its cells, empty where there is nothing to count."""

    name: Message | str
    cells: Sequence[str]


@router.get(PAGE, dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now) -> Response:
    """The three tables."""
    days, is_demo = _days(request), queries.is_demo(db)
    grouped = _grouped(db, days, now=now, is_demo=is_demo)
    return render(
        request,
        "desk/fairness.html",
        days=days,
        windows=WINDOWS,
        columns=COLUMNS,
        rows_by=grouped.rows,
        longest=grouped.longest,
        waits_longest=queries.waits_longest(db, is_demo=is_demo, now=now),
        people_columns=PEOPLE,
        people=_people(db, now=now),
    )


@router.get(f"{PAGE}/{{kind}}.csv", dependencies=[policy(Organizer)])
def table(request: Request, db: Db, now: Now, reader: Reading, kind: Kind) -> Response:
    """One of the tables, for a spreadsheet program."""
    words = reader.words
    if kind == "people":
        heads: Sequence[Message] = (say("Name"), say("Role"), *PEOPLE)
        rows = [[str(each.name), words.say(each.role), *each.cells] for each in _people(db, now=now)]
    else:
        heads = (say("Country") if kind == "countries" else say("Language"), *COLUMNS[kind])
        grouped = _grouped(db, _days(request), now=now, is_demo=queries.is_demo(db))
        rows = [[words.say(each.name), *each.cells] for each in grouped.rows[kind]]
    text = write_sheet([words.say(each) for each in heads], rows)
    headers = {"Content-Disposition": f'attachment; filename="fairness-{kind}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _days(request: Request) -> str:
    days = request.query_params.get("days", "")
    return days if days in WINDOWS else USUAL


@dataclass(frozen=True)
class Grouped:
    """The rows of both tables of requests, and the country whose request waits longest, where any waits."""

    rows: Mapping[str, list[Row]]
    longest: Group | None


def _grouped(db: Session, days: str, *, now: datetime, is_demo: bool) -> Grouped:
    cases = queries.cases(db, since=now - timedelta(days=int(days)), now=now, is_demo=is_demo)
    countries, longer = by_country(cases), behind(intake.waits(db, now=now, is_demo=is_demo))
    rows = {
        "countries": [Row(_named(country(each.key)), _cells_of_country(each, longer)) for each in countries],
        "languages": [Row(_named(language(each.key)), _cells(each)) for each in by_language(cases)],
    }
    return Grouped(rows, next((each for each in countries if each.longest), None))


def _cells(group: Group) -> Sequence[str]:
    counted = (
        group.waiting,
        group.median,
        group.longest,
        group.ahead,
        group.held,
        group.median_held,
        in_hours(group.minutes),
        group.refused,
        group.withdrawn,
    )
    return ["" if each is None else str(each) for each in counted]


def _cells_of_country(group: Group, longer: Mapping[str, int]) -> Sequence[str]:
    return [*_cells(group), str(longer[group.key]) if group.waiting else ""]


@dataclass(frozen=True)
class Who(Row):
    """One person's row."""

    role: Message


def _people(db: Session, *, now: datetime) -> list[Who]:
    return [
        Who(
            each.name,
            [
                str(each.given),
                in_hours(each.minutes),
                str(each.ahead),
                str(each.declined),
                str(each.lent),
                "" if each.counted is None else str(each.counted),
            ],
            EXPERT if each.is_expert else INTERPRETER,
        )
        for each in queries.ledger(db, now=now, is_demo=queries.is_demo(db))
    ]


def _named(what: Term) -> Message:
    return say("%(what)s", what=what)
