"""The first page: what this is, the doors into it, and the hours that it is all about."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.i18n import Words
from medixchange.templating import EXPERT_ZONE
from medixchange.times.intervals import Interval, intersection
from medixchange.web.access import Public, policy
from medixchange.web.clock import WORKING, DrawnLane, Lane, draw
from medixchange.web.page import Now, Reading, render

ASKING_ZONE = "Africa/Kigali"
OPENS, CLOSES = time(WORKING.start), time(WORKING.stop)

router = APIRouter()


@router.get("/", dependencies=[policy(Public)])
def first(request: Request, reader: Reading, now: Now) -> Response:
    """What this is in three sentences, and two doors."""
    return render(request, "home.html", lanes=_shared_hours(reader.words, now))


def _shared_hours(words: Words, now: datetime) -> list[DrawnLane]:
    """Today's working hours in two cities, and what they have in common."""
    today = now.astimezone(ZoneInfo(ASKING_ZONE)).date()
    hours = {
        zone: Interval(datetime.combine(today, OPENS, ZoneInfo(zone)), datetime.combine(today, CLOSES, ZoneInfo(zone)))
        for zone in (ASKING_ZONE, EXPERT_ZONE)
    }
    shared = intersection([hours[ASKING_ZONE]], [hours[EXPERT_ZONE]])[0]
    lanes = [Lane(words.place(zone), "", zone, free=()) for zone in hours]
    return draw(lanes, shared.start, shared.end, base_zone=ASKING_ZONE, words=words)
