"""What a change would tell is what it tells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import DeliveryState
from medixchange.sessions import previews
from medixchange.sessions.actions import Afterwards, approve, cancel, confirm, reschedule
from medixchange.sessions.invites import preview
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, NOW, ZHANG, at, desk_again, news, send, set_up


def posted(db: Session, session: SharingSession) -> list[Letter]:
    """The letters that wait to be sent."""
    waiting = [each for each in news(db, session) if each.state is DeliveryState.QUEUED]
    return [bare(Letter.from_json(each.payload)) for each in waiting]


def bare(letter: Letter) -> Letter:
    """A letter without the links of its reader, which a preview does not have."""
    return replace(letter, links={})


def before(letters: list[Letter]) -> list[Letter]:
    """Previewed letters as they would be posted and read again, without links."""
    return [bare(Letter.from_json(each.to_json())) for each in letters]


def test_an_approval_sends_what_its_preview_showed_but_for_the_uid(db: Session) -> None:
    stage = set_up(db)
    shown = before(preview(db, stage.tuesday, now=NOW))

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    assert [each.to_name for each in shown] == [ZHANG, MEI, ALINE]
    named = [
        replace(each, calendar=replace(each.calendar, meeting=replace(each.calendar.meeting, uid=session.uid)))
        for each in shown
        if each.calendar is not None
    ]
    assert named == posted(db, session)


def test_a_confirmation_sends_what_its_preview_showed(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    shown = before(previews.of_confirming(db, session, now=NOW))

    confirm(db, session, actor=ACTOR, now=NOW)

    assert [(each.kind, each.to_name) for each in shown] == [("confirmed", name) for name in (ZHANG, MEI, ALINE)]
    assert shown == posted(db, session)


@pytest.mark.parametrize("again", [True, False])
def test_a_cancellation_sends_what_its_preview_showed(db: Session, again: bool) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    shown = before(previews.of_cancelling(db, session, reason="The line is down.", again=again, now=NOW))

    afterwards: Afterwards = "submitted" if again else "withdrawn"
    cancel(db, session, reason="The line is down.", actor=ACTOR, now=NOW, afterwards=afterwards)

    assert [(each.kind, each.to_name) for each in shown] == [("cancelled", name) for name in (ZHANG, MEI, ALINE)]
    assert shown == posted(db, session)


def test_a_move_to_another_hour_sends_what_its_preview_showed(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    shown = before(previews.of_moving(db, session, starts_at=at(3, 11), now=NOW))

    reschedule(db, session, starts_at=at(3, 11), actor=ACTOR, now=NOW)

    assert [(each.kind, each.to_name) for each in shown] == [("moved", name) for name in (ZHANG, MEI, ALINE)]
    assert shown == posted(db, session)


def test_a_move_to_another_proposal_sends_what_its_preview_showed(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    desk_again(db, stage)
    shown = before(previews.of_moving(db, session, match=stage.by_li, now=NOW))

    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    told = [("removed", ZHANG), ("hold", LI), ("moved", MEI), ("moved", ALINE)]
    assert [(each.kind, each.to_name) for each in shown] == told
    assert shown == posted(db, session)


def test_what_cannot_be_done_has_no_preview(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    with pytest.raises(Refusal):
        previews.of_confirming(db, session, now=NOW)
    with pytest.raises(Refusal):
        previews.of_moving(db, session, starts_at=at(3, 11), now=NOW)
    with pytest.raises(Refusal):
        previews.of_cancelling(db, session, reason="", again=True, now=NOW)
