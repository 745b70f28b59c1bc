"""Reads series: which requests belong to one, in which order, and in words which of it each is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session, col, select

from medixchange.db import in_parts
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.intake.series import place_words, rhythm_words
from medixchange.messages import Message


def series_of(db: Session, requests: Iterable[SessionRequest]) -> Mapping[int, RequestSeries]:
    """The series of those of the requests that are one of a series, by its number."""
    ids = {each.series_id for each in requests if each.series_id is not None}
    parts = in_parts(sorted(ids))
    query = select(RequestSeries)
    return {each.id: each for some in parts for each in db.exec(query.where(col(RequestSeries.id).in_(some)))}


def place_of_series(request: SessionRequest, series: Mapping[int, RequestSeries]) -> Message | None:
    """Which of its series a request is, in words."""
    if request.series_id is None or request.series_place is None:
        return None
    found = series[request.series_id]
    return place_words(request.series_place, found.times, found.weeks)


def place_in_series(db: Session, request: SessionRequest) -> Message | None:
    """The same of one request alone."""
    return place_of_series(request, series_of(db, [request]))


def rhythm_of_series(series: RequestSeries) -> Message:
    """How often a series is, and how many times."""
    return rhythm_words(series.times, series.weeks)


def places_of_series(db: Session, request_ids: Collection[int]) -> Mapping[int, Message]:
    """Which of its series each of the requests is that is one of a series, in words."""
    found: list[SessionRequest] = []
    for some in in_parts(request_ids):
        query = select(SessionRequest).where(col(SessionRequest.series_id).is_not(None))
        found += db.exec(query.where(col(SessionRequest.id).in_(some)))
    series = series_of(db, found)
    return {each.id: words for each in found if (words := place_of_series(each, series)) is not None}


def in_series(db: Session, series_ids: Collection[int]) -> Mapping[int, list[SessionRequest]]:
    """The requests of each of the series, in their order."""
    found: dict[int, list[SessionRequest]] = {number: [] for number in series_ids}
    for some in in_parts(sorted(series_ids)):
        query = select(SessionRequest).where(col(SessionRequest.series_id).in_(some))
        for request in db.exec(query.order_by(col(SessionRequest.series_place), col(SessionRequest.id))):
            if request.series_id is not None:
                found[request.series_id].append(request)
    return found
