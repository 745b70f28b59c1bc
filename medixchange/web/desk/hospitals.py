"""Hospitals at the desk: those that wait to be approved, and all others."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake import queries as intake
from medixchange.people import queries as people
from medixchange.people.actions import approve_hospital
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


@router.get("/desk/hospitals", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now) -> Response:
    """The hospitals that are not approved yet, each with who asked for it; below, those that are."""
    waiting = people.hospitals(db, approved=False)
    asked = intake.of_hospitals(db, [each.id for each in waiting])
    return render(
        request,
        "desk/hospitals.html",
        waiting=[(each, asked.get(each.id)) for each in waiting],
        approved=people.hospitals(db, approved=True),
        now=now,
    )


@router.post("/desk/hospitals/{hospital_id}/approve")
def approve(db: Db, now: Now, actor: OrganizerActor, hospital_id: Number) -> Response:
    """From now on its sessions may enter calendars."""
    approve_hospital(db, people.hospital_by_id(db, hospital_id), actor=actor.label, now=now)
    return see_other("/desk/hospitals")
