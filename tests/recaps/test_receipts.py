"""What has reached the readers of a recap, and what is stopped on the way, on both databases."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.outbox.actions import discard
from medixchange.outbox.compose import preview
from medixchange.outbox.drain import drain
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.queries import about
from medixchange.outbox.smtp import MailServer
from medixchange.recaps import actions, lists, mailing, queries, receipts
from medixchange.recaps.models import Recap, Visibility
from medixchange.sessions import attending
from medixchange.sessions.models import SessionAttendee
from tests.outbox.letters import read
from tests.outbox.office import Office
from tests.recaps.stage import ENGLISH, check, publish, published, write
from tests.recaps.test_attendees import attend, draft_of
from tests.recaps.test_mailing import mail, ministry
from tests.sessions.stage import ACTOR, ALINE, DESK, NOW, set_up
from tests.sessions.stage import send as send_all

GRACE = "grace@example.org"


@pytest.fixture
def recap(db: Session) -> Recap:
    """A recap in English, Arabic and Chinese that everybody may read."""
    return published(db, set_up(db))


def correct(db: Session, recap: Recap, flow: str) -> None:
    """Publish a correction of the English text, and mail it to those who have an older one."""
    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH.replace("1–6", flow))
    check(db, english)
    publish(db, recap, visibility=recap.visibility)
    mailing.send(db, recap, mailing.corrections(db, recap, note="A slip"), actor=ACTOR, now=NOW)


def waiting(db: Session, recap: Recap) -> list[tuple[str, str]]:
    """Kind and address of the letters that will still go."""
    return [
        (each.kind, each.recipient)
        for each in about(db, mailing.subject_of(recap))
        if each.state in (DeliveryState.QUEUED, DeliveryState.FAILED)
    ]


def fail(db: Session, recap: Recap) -> None:
    """No letter that waits can be sent."""
    for each in about(db, mailing.subject_of(recap)):
        if each.state is DeliveryState.QUEUED:
            each.state = DeliveryState.GIVEN_UP
            db.add(each)
    db.flush()


def test_withdrawing_stops_what_has_not_gone_and_everybody_without_it_can_be_written_to_again(
    db: Session, recap: Recap
) -> None:
    number = ministry(db)
    mail(db, recap, list_ids=[number])
    send_all(db)
    mail(db, recap, invited=True)
    invited = waiting(db, recap)

    actions.withdraw(db, recap, reason="A name was in it.", actor=ACTOR, now=NOW)
    stopped = waiting(db, recap)
    publish(db, recap)
    again = mail(db, recap, invited=True, list_ids=[number])

    assert (len(invited), stopped, again) == (3, [], 3)
    assert waiting(db, recap) == invited


def test_a_second_correction_before_the_first_has_gone_tells_what_changed_since_what_they_have(
    db: Session, recap: Recap
) -> None:
    mail(db, recap, invited=True)
    send_all(db)
    correct(db, recap, "2–6")

    correct(db, recap, "3–6")

    (letter,) = [each for each in about(db, mailing.subject_of(recap)) if each.state is DeliveryState.QUEUED]
    shown = preview(Letter.from_json(letter.payload), DESK)
    assert (shown.to.name, shown.subject) == (ALINE, "Corrected recap: Oxygen therapy when beds run short")
    assert "- Removed: 2. Give 1–6 L/min while SpO₂ < 92 %." in shown.text
    assert "+ Added: 2. Give 3–6 L/min while SpO₂ < 92 %." in shown.text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nothing_old_goes_while_its_correction_is_written(database: Database) -> None:
    """On SQLite nobody else writes meanwhile."""
    office = Office()
    with office.open() as url:
        with database.write() as db:
            recap = published(db, set_up(db))
            send_all(db)
            mail(db, recap, invited=True)
            english = queries.version(db, recap.id, "en")
            write(db, english, ENGLISH.replace("1–6", "2–6"))
            check(db, english)
            publish(db, recap)
        with database.write() as db:
            recap = queries.by_id(db, recap.id, for_change=True)
            written = mailing.corrections(db, recap, note="A slip", for_change=True)
            meanwhile = drain_once(database, url)
            mailing.send(db, recap, written, actor=ACTOR, now=NOW)
        drain_once(database, url)

    letters = [read(each.raw) for each in office.arrived]
    assert (meanwhile, sorted(each["Content-Language"] for each in letters)) == (0, ["en", "zh-Hans", "zh-Hans"])


def drain_once(database: Database, url: str) -> int:
    """One drain; how many letters the server took."""
    return drain(database, MailServer(url), DESK, lambda: NOW).sent


def test_a_letter_that_was_discarded_is_not_posted_again_by_a_correction_but_by_mailing(
    db: Session, recap: Recap
) -> None:
    mail(db, recap, invited=True)
    fail(db, recap)
    mine = next(each for each in about(db, mailing.subject_of(recap)) if each.payload["to"][0] == ALINE)
    discard(db, mine, actor=ACTOR, now=NOW)
    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH.replace("1–6", "2–6"))
    check(db, english)
    publish(db, recap)

    corrected = [each.reader.person.name for each in mailing.corrections(db, recap, note="")]
    again = mail(db, recap, invited=True)

    assert (corrected, again) == ([], 1)
    assert waiting(db, recap) == [("recap", mine.recipient)]


def test_leaving_a_list_stops_the_letter_that_would_come_by_it(db: Session, recap: Recap) -> None:
    number = ministry(db)
    mail(db, recap, list_ids=[number])

    for member, person in lists.members(db, [number]):
        if person.name == "Bruno":
            lists.remove(db, member, actor="link:unsubscribe", now=NOW)

    assert waiting(db, recap) == [("recap", "amina@ministry.example.org")]


@pytest.mark.parametrize("how", ["left", "removed", "corrected"])
def test_no_letter_goes_to_whoever_has_left_was_not_there_or_was_written_down_by_mistake(
    db: Session, recap: Recap, how: str
) -> None:
    entry, other = attend(db, recap, GRACE, language="en"), attend(db, recap, "other@example.org", language="en")
    mail(db, recap, invited=True)

    undo(db, entry, how)
    receipts.stop_attendee(db, entry)

    kept = {address for _, address in waiting(db, recap)}
    assert (GRACE in kept, "other@example.org" in kept, len(kept)) == (False, True, 4)
    assert other.left_at is None


@pytest.mark.parametrize(("how", "opens"), [("left", True), ("removed", False), ("corrected", False)])
def test_the_link_of_somebody_who_was_not_there_opens_nothing(db: Session, how: str, opens: bool) -> None:
    recap = published(db, set_up(db), visibility=Visibility.INVITED)
    entry = attend(db, recap, GRACE, language="en")
    mail(db, recap, invited=True)
    (receipt,) = [each.receipt for each in receipts.standings(db, recap) if each.receipt.attendee_id == entry.id]
    before = receipts.by_seed(db, receipt.seed)

    undo(db, entry, how)

    assert (before, receipts.by_seed(db, receipt.seed) is not None) == (receipt, opens)


def test_who_signs_in_again_after_being_taken_off_can_be_written_to(db: Session, recap: Recap) -> None:
    entry = attend(db, recap, GRACE, language="en")
    mail(db, recap, invited=True)
    undo(db, entry, "removed")
    receipts.stop_attendee(db, entry)

    attend(db, recap, GRACE, language="en")

    assert mail(db, recap, invited=True) == 1
    assert len(set(keys(db, recap))) == len(keys(db, recap)) == 5


def undo(db: Session, entry: SessionAttendee, how: str) -> None:
    """They leave, are taken off, or their address is corrected."""
    if how == "left":
        attending.leave(db, entry, now=NOW)
    elif how == "removed":
        attending.remove(db, entry, reason="Was not there", actor=ACTOR, now=NOW)
    else:
        attending.correct(db, entry, draft_of("right@example.org", language="en"), actor=ACTOR, now=NOW)
    db.flush()


def keys(db: Session, recap: Recap) -> list[str]:
    """The key of each letter."""
    found = db.exec(select(Delivery.key).where(Delivery.subject == mailing.subject_of(recap))).all()
    assert [key for key in found if not re.fullmatch(r"recap-\d+-\d+-[\w-]+", key)] == []
    return list(found)
