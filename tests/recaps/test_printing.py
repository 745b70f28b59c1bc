"""The PDF of what readers see is made anew, and says when its text appeared, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from medixchange.recaps.models import RecapPdf
from medixchange.recaps.printing import print_again
from medixchange.sessions import queries as sessions
from medixchange.sessions import roll
from tests.recaps.stage import PUBLIC_URL, published
from tests.sessions.stage import ACTOR, NOW, ZHANG, place_of, set_up


def test_a_pdf_that_is_made_anew_after_the_roll_was_called_keeps_the_hour_when_its_text_appeared(db: Session) -> None:
    recap = published(db, set_up(db))
    session = sessions.by_id(db, recap.session_id)
    before = pdfs(db)

    later = session.ends_at + timedelta(hours=1)
    roll.call(db, session, place_of(db, session, ZHANG).id, present=False, actor=ACTOR, now=later)
    print_again(db, session.id, public_url=PUBLIC_URL, now=later)

    after = pdfs(db)
    assert {made_at for made_at, _ in before.values()} == {NOW}
    assert {number: made_at for number, (made_at, _) in after.items()} == dict.fromkeys(before, NOW)
    assert [number for number, (_, content) in after.items() if content == before[number][1]] == []
    assert {content.count(b"D:20261123") > 0 for _, content in after.values()} == {True}


def pdfs(db: Session) -> dict[int, tuple[object, bytes]]:
    """Each PDF by the number of its revision: the hour that is kept with it, and what it holds."""
    db.flush()
    rows = db.exec(select(RecapPdf.revision_id, RecapPdf.made_at, RecapPdf.content))
    return {number: (made_at, content) for number, made_at, content in rows}
