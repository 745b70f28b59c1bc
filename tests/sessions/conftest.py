"""A stage, and a session that everybody on it has the hold of."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from medixchange.sessions.actions import approve
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, NOW, Stage, send, set_up


@pytest.fixture
def stage(db: Session) -> Stage:
    """A request from Kigali with three proposals."""
    return set_up(db)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that everybody has the hold of."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    return held
