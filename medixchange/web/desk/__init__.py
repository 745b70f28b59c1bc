"""The organizers' desk: what waits for a decision, deciding it, and what became of it."""

from __future__ import annotations

from fastapi import APIRouter

from medixchange.web.desk import (
    approvals,
    cancelling,
    deliveries,
    hospitals,
    hours,
    installation,
    mending,
    moving,
    queue,
    requests,
    sessions,
)

router = APIRouter()
for part in (
    queue,
    requests,
    hours,
    approvals,
    sessions,
    mending,
    moving,
    cancelling,
    deliveries,
    hospitals,
    installation,
):
    router.include_router(part.router)
