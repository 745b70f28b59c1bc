"""Between the form's answers and the rows of a request, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete

from medixchange.intake import queries
from medixchange.intake.draft import SessionRequestDraft
from medixchange.intake.models import RequestSeries, RequestWindow, SessionRequest
from medixchange.intake.windows import AskedWindow
from medixchange.times.zones import clock_words, instants


def columns(asked: SessionRequestDraft) -> dict[str, Any]:
    """What is asked, by the columns of a request."""
    return {
        "topic": asked.topic.topic,
        "specialties": asked.topic.specialties,
        "other_specialty": asked.topic.other_specialty,
        "audience": asked.topic.audience,
        "audience_size": asked.topic.audience_size,
        "questions": asked.topic.questions,
        "urgency": int(asked.topic.urgency),
        "minutes": asked.times.length,
        "windows_only": asked.times.windows_only == "only",
        "languages": asked.languages.levels,
        "second_audience": asked.languages.second,
        "interpreting": asked.languages.interpreting,
        "bandwidth": asked.languages.bandwidth,
        "recording": asked.languages.recording,
    }


def write_windows(db: Session, request: SessionRequest, asked: SessionRequestDraft) -> None:
    """Replace the windows of ``request`` by those asked."""
    db.exec(delete(RequestWindow).where(col(RequestWindow.request_id) == request.id))
    db.add_all(window_rows(asked, request_id=request.id, zone=request.zone))
    db.flush()


def write_series(db: Session, request: SessionRequest, asked: SessionRequestDraft) -> None:
    """Make the request the first of the series that is asked for, or of none; one in the queue stays what it is."""
    if request.submitted_at is not None:
        return
    before = db.get(RequestSeries, request.series_id) if request.series_id else None
    request.series_id = request.series_place = None
    if asked.times.series is not None:
        weeks, times = asked.times.series
        series = before or RequestSeries(hospital_id=request.hospital_id, weeks=weeks, times=times)
        series.weeks, series.times = weeks, times
        db.add(series)
        db.flush()
        request.series_id, request.series_place = series.id, 1
    db.flush()
    if before is not None and request.series_id is None:
        db.delete(before)


def window_rows(asked: SessionRequestDraft, *, request_id: int, zone: str) -> list[RequestWindow]:
    """The windows asked, with what is needed to tell two equal hours apart."""
    windows = list(asked.times.windows.values())
    rows = plain_rows(windows, request_id=request_id)
    for row, each in zip(rows, windows, strict=True):
        row.start_fold = _fold(each.day, each.start_minute, zone, each.start_fold)
        row.end_fold = _fold(each.day, each.end_minute, zone, each.end_fold)
    return rows


def plain_rows(windows: Iterable[AskedWindow], *, request_id: int) -> list[RequestWindow]:
    """Windows in their order; of hours that come twice that day both are in them."""
    return [
        RequestWindow(
            request_id=request_id,
            position=place,
            day=each.day,
            start_minute=each.start_minute,
            end_minute=each.end_minute,
        )
        for place, each in enumerate(windows, start=1)
    ]


def answers(db: Session, request: SessionRequest) -> dict[str, Any]:
    """The form's answers that would make this request."""
    times: dict[str, Any] = {
        "minutes": str(request.minutes),
        "windows_only": "only" if request.windows_only else "open",
    }
    if request.series_id is not None:
        series = db.get_one(RequestSeries, request.series_id)
        times |= {"rhythm": str(series.weeks), "times": str(series.times)}
    for each in queries.windows_of(db, request):
        times[f"day{each.position}"] = each.day.isoformat()
        times[f"from{each.position}"], times[f"from{each.position}_fold"] = _edge(each.start_minute, each.start_fold)
        times[f"to{each.position}"], times[f"to{each.position}_fold"] = _edge(each.end_minute, each.end_fold)
    languages: dict[str, Any] = {name: getattr(request, name) for name in ("interpreting", "bandwidth", "recording")}
    for number, (tag, level) in enumerate(request.languages.items(), start=1):
        languages |= {f"language{number}": tag, f"level{number}": str(level)}
    for number, (tag, level) in enumerate(request.second_audience.items(), start=1):
        languages |= {f"other_language{number}": tag, f"other_level{number}": str(level)}
    copied = ("topic", "specialties", "other_specialty", "audience", "audience_size", "questions")
    topic = {name: getattr(request, name) for name in copied}
    contact = {name: getattr(request, name) for name in ("contact_name", "contact_role", "contact_email")}
    return {
        "hospital": {"hospital": queries.hospital_of(db, request).code, **contact},
        "topic": {**topic, "urgency": str(request.urgency), "no_patient_data": "yes"},
        "times": times,
        "languages": languages,
    }


def _fold(day: date, minute: int, zone: str, fold: int | None) -> int | None:
    """``fold`` where the clock shows the minute twice, else None: what was said about another day is forgotten."""
    return fold if len(instants(day, minute, zone)) > 1 else None


def _edge(minute: int, fold: int | None) -> tuple[str, str]:
    return clock_words(minute), "" if fold is None else str(fold)
