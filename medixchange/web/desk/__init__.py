"""The organizers' desk: what waits for a decision, deciding it, and what became of it."""

from __future__ import annotations

from fastapi import APIRouter

from medixchange.web.desk import (
    absences,
    answering,
    approvals,
    attendees,
    cancelling,
    closed,
    company,
    deliveries,
    exchanging,
    fairness,
    files,
    hospitals,
    hours,
    installation,
    list_care,
    lists,
    mailing,
    mending,
    moving,
    no_recap,
    not_held,
    planned,
    plans,
    preparing,
    queue,
    recaps,
    requests,
    revisions,
    rules,
    run,
    series,
    sessions,
    taking_back,
    writing,
)

router = APIRouter()
for part in (
    queue,
    requests,
    company,
    hours,
    exchanging,
    approvals,
    series,
    plans,
    planned,
    rules,
    fairness,
    sessions,
    files,
    preparing,
    answering,
    absences,
    mending,
    moving,
    cancelling,
    run,
    attendees,
    not_held,
    no_recap,
    deliveries,
    hospitals,
    closed,
    installation,
):
    router.routes += part.router.routes
# Publishing and mailing before writing: their addresses would be languages.
for part in (recaps, mailing, taking_back, lists, list_care, revisions, writing):
    router.routes += part.router.routes
