"""Whether the program lives, and whether it is ready: for supervisors, proxies and `doctor`."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from medixchange.outbox.queries import delay
from medixchange.schema import newest_revision, revision_of
from medixchange.web.access import Public, policy
from medixchange.web.page import Db, Now

router = APIRouter()


@router.get("/healthz", dependencies=[policy(Public)])
async def lives() -> Response:
    """That the process answers; it asks nobody else."""
    return PlainTextResponse("ok")


@router.get("/readyz", dependencies=[policy(Public)])
def ready(db: Db, now: Now) -> Response:
    """That the database answers and has this program's schema; how late letters are and which zone rules hold.

    Late letters alone do not make a web process unready: taking it away would not send them.
    """
    found = revision_of(db.connection())
    is_ready = found == newest_revision()
    # Tables of another version may lack those that letters stand in.
    late = (delay(db, now=now) or timedelta()) if is_ready else None
    facts: dict[str, Any] = {
        "schema": {"found": found, "wanted": newest_revision()},
        "outbox_delay_seconds": None if late is None else int(late.total_seconds()),
        "tzdata": version("tzdata"),
    }
    return JSONResponse({"ready": is_ready, **facts}, status_code=200 if is_ready else 503)
