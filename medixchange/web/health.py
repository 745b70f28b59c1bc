"""Whether the program lives, and whether it is ready: for supervisors, proxies and `doctor`."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter
from sqlalchemy import func
from sqlmodel import Session, col, select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from medixchange.outbox.models import Delivery, DeliveryState
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
    found = db_revision(db)
    facts: dict[str, Any] = {
        "schema": {"found": found, "wanted": newest_revision()},
        "outbox_age_seconds": outbox_age(db, now=now),
        "tzdata": version("tzdata"),
    }
    is_ready = found == newest_revision()
    return JSONResponse({"ready": is_ready, **facts}, status_code=200 if is_ready else 503)


def outbox_age(db: Session, *, now: datetime) -> int:
    """For how many seconds the oldest letter that may go has been waiting."""
    waiting = (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.SENDING)
    oldest = db.exec(
        select(func.min(Delivery.due_at)).where(col(Delivery.state).in_(waiting), Delivery.due_at <= now)
    ).one()
    return int((now - oldest).total_seconds()) if oldest is not None else 0


def db_revision(db: Session) -> str | None:
    """The migration the database stands at, None before the first."""
    return MigrationContext.configure(db.connection()).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The newest migration of this program, in a checkout and in a wheel."""
    package = Path(str(resources.files("medixchange")))
    inside = package / "migrations"
    folder = inside if inside.is_dir() else package.parent / "migrations"
    return ScriptDirectory(str(folder)).get_current_head()
