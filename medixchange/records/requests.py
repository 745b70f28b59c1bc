"""Writes rows of requests that were asked elsewhere, into the state that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from sqlmodel import Session, select

from medixchange.intake import letters
from medixchange.intake.actions import CONFIRM_LASTS
from medixchange.intake.answers import plain_rows
from medixchange.intake.following import follow
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.intake.queries import is_ahead, windows_of
from medixchange.intake.series import look_from, too_far_apart
from medixchange.intake.steps import SAME_AS_FIRST
from medixchange.intake.windows import AskedWindow
from medixchange.matching import actions as matching
from medixchange.messages import say
from medixchange.people.models import Hospital, Liaison
from medixchange.people.queries import person_by_email
from medixchange.records.sheets import Fault, Line
from medixchange.times.zones import NoSuchLocalTime, resolve
from medixchange.tokens import seed

COPIED = (
    "reference", "contact_name", "contact_email", "contact_role", "language", "topic", "other_specialty",
    "audience", "audience_size", "questions", "minutes", "urgency", "windows_only", "languages",
    "interpreting", "bandwidth", "recording",
)  # fmt: skip  # columns, as in a sheet


def write_request(db: Session, line: Line, *, now: datetime) -> list[Fault]:
    """One request; a submitted one is matched like any other, and the contact of a sent one is asked to confirm it."""
    if db.exec(select(SessionRequest).where(SessionRequest.reference == line["reference"])).first():
        told = say("There is a request %(reference)s already; leave the row out.", reference=line["reference"])
        return [Fault(line.row, "reference", told)]
    hospital = db.exec(select(Hospital).where(Hospital.code == line["hospital"])).first()
    if hospital is None:
        told = say("There is no hospital “%(code)s”; import it first or correct its key.", code=line["hospital"])
        return [Fault(line.row, "hospital", told)]
    fault = _skipped(line, hospital.zone) or _half_a_series(line) or _too_far_apart(line) or _one_group_twice(line)
    if fault is not None:
        return [fault]
    request = _request(line, hospital, _liaison_id(db, hospital, line["contact_email"]))
    db.add(request)
    db.flush()
    _begin_series(db, request, line)
    db.add_all(plain_rows(_windows(line), request_id=request.id))
    db.flush()
    request.look_from = look_from(windows_of(db, request), request.zone, now=now)
    if request.state is RequestState.SUBMITTED and not is_ahead(request, now=now):
        matching.want(db, request, now=now)
    elif request.state is RequestState.SENT:
        request.confirm_until = now + CONFIRM_LASTS
        letters.confirm_address(db, request, hospital, now=now)
    return []


def follow_all(db: Session, lines: Iterable[Line], *, now: datetime) -> None:
    """Make the further requests of the series that rows begin, once every row has its reference."""
    for line in lines:
        request = db.exec(select(SessionRequest).where(SessionRequest.reference == line["reference"])).one()
        if request.state is not RequestState.SENT:  # its further ones come with the confirmation
            follow(db, request, now=now)


def _half_a_series(line: Line) -> Fault | None:
    if bool(line["series_weeks"]) == bool(line["series_times"]):
        return None
    told = say("Write both how many weeks lie between two sessions of the series and how many there are, or neither.")
    return Fault(line.row, "series_times" if line["series_weeks"] else "series_weeks", told)


def _too_far_apart(line: Line) -> Fault | None:
    wrong = too_far_apart(_windows(line), int(line["series_weeks"])) if line["series_times"] else None
    return Fault(line.row, "windows", wrong) if wrong else None


def _windows(line: Line) -> list[AskedWindow]:
    return [AskedWindow(each.day, each.start, each.end) for each in line["windows"]]


def _one_group_twice(line: Line) -> Fault | None:
    is_same = set(line["second_languages"]) == set(line["languages"])
    return Fault(line.row, "second_languages", SAME_AS_FIRST) if is_same else None


def _begin_series(db: Session, request: SessionRequest, line: Line) -> None:
    if line["series_times"]:
        weeks, times = int(line["series_weeks"]), line["series_times"]
        series = RequestSeries(hospital_id=request.hospital_id, weeks=weeks, times=times)
        db.add(series)
        db.flush()
        request.series_id, request.series_place = series.id, 1


def _skipped(line: Line, zone: str) -> Fault | None:
    """The window that begins or ends where the hospital's clock is put forward."""
    try:
        for window in line["windows"]:
            for minute in (window.start, window.end):
                resolve(window.day, minute, zone, fold=0)  # one that comes twice is no fault: both are in the window
    except NoSuchLocalTime as wrong:
        return Fault(line.row, "windows", wrong.message)
    return None


def _request(line: Line, hospital: Hospital, liaison_id: int | None) -> SessionRequest:
    state = RequestState(line["state"])
    asked = datetime.combine(line["submitted_on"], time(8), UTC)
    return SessionRequest(
        **{name: line[name] for name in COPIED},
        state=state,
        hospital_id=hospital.id,
        liaison_id=liaison_id,
        zone=hospital.zone,
        specialties=list(line["specialties"]),
        second_audience=dict(line["second_languages"]),
        reason=line["reason"] or None,
        confirm_seed=seed(),
        status_seed=seed(),
        created_at=asked,
        submitted_at=None if state is RequestState.SENT else asked,
        decided_at=asked if state in (RequestState.WITHDRAWN, RequestState.DECLINED) else None,
    )


def _liaison_id(db: Session, hospital: Hospital, email: str) -> int | None:
    person = person_by_email(db, email)
    return person.id if person and db.get(Liaison, (person.id, hospital.id)) else None
