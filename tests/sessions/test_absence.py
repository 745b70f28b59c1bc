"""Those who are invited are told that no expert comes until the session is over, and not after that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.messages import Message, count
from medixchange.sessions import queries
from medixchange.sessions.absence import without_experts
from medixchange.sessions.actions import confirm
from medixchange.sessions.answers import respond
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, NOW, ZHANG, place_of

LOST = count("The expert cannot come after all.", "None of the %(num)s experts can come after all.", 1)


@pytest.mark.parametrize(("minutes", "told"), [(-1, LOST), (0, None)])
def test_that_no_expert_comes_is_told_until_the_session_ends(
    db: Session, session: SharingSession, minutes: int, told: Message | None
) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)
    respond(db, place_of(db, session, ZHANG), "DECLINED", reason="Leave.", now=NOW)
    now = session.ends_at + timedelta(minutes=minutes)

    assert without_experts(session, queries.attendances(db, session.id), now=now) == told


def test_an_expert_who_came_all_the_same_is_there(db: Session, session: SharingSession) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)
    place = place_of(db, session, ZHANG)
    respond(db, place, "DECLINED", reason="Leave.", now=NOW)
    place.present_at = session.starts_at
    db.flush()

    assert without_experts(session, queries.attendances(db, session.id), now=session.starts_at) is None
