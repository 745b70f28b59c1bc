"""Looking after lists of readers: what waits stops, what went stays, and who is known otherwise is not changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import history
from medixchange.outbox.compose import preview
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Organizer, Person
from medixchange.recaps import keeping, lists, mailing, receipts
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import ListMember, Recap
from tests import make
from tests.recaps.stage import published
from tests.recaps.test_mailing import MINISTRY, correct_english, mail, ministry
from tests.recaps.test_receipts import waiting
from tests.sessions.stage import ACTOR, DESK, NOW, set_up
from tests.sessions.stage import send as send_all

AMINA, BRUNO = (each.email for each in MINISTRY)


@pytest.fixture
def recap(db: Session) -> Recap:
    """A published recap, and the list of a ministry that has the number 1."""
    recap = published(db, set_up(db))
    ministry(db)
    return recap


def place(db: Session, email: str, list_id: int = 1) -> tuple[ListMember, Person]:
    """Where somebody stands on a list."""
    return next(each for each in lists.members(db, [list_id]) if each[1].email == email)


def test_whoever_is_taken_off_gets_nothing_more_by_the_list_and_can_be_put_on_it_again(
    db: Session, recap: Recap
) -> None:
    mail(db, recap, list_ids=[1])
    member, _ = place(db, BRUNO)

    for _twice in range(2):
        keeping.take_off(db, member, actor=ACTOR, now=NOW)
    gone = [address for _, address in waiting(db, recap)]
    back = lists.add(db, lists.by_id(db, 1), MINISTRY, actor=ACTOR, now=NOW)

    assert (gone, back) == ([AMINA], lists.Added(new=1, there=1))
    assert [each.verb for each in history(db, "list:1")] == ["create", "add", "take-off", "add"]


def test_whoever_leaves_by_the_link_after_they_were_taken_off_is_not_put_on_again(db: Session, recap: Recap) -> None:
    member, _ = place(db, BRUNO)
    keeping.take_off(db, member, actor=ACTOR, now=NOW)

    lists.remove(db, member, actor="link:unsubscribe", now=NOW)

    assert lists.add(db, lists.by_id(db, 1), MINISTRY, actor=ACTOR, now=NOW) == lists.Added(0, there=1, left=1)


def test_a_list_that_is_deleted_stops_what_waits_and_keeps_what_went(db: Session, recap: Recap) -> None:
    of = lists.by_id(db, 1)
    mail(db, recap, list_ids=[1])
    send_all(db)
    lists.add(db, of, [TypedReader("Chen", "chen@example.org", "zh-Hans")], actor=ACTOR, now=NOW)
    mail(db, recap, list_ids=[1])
    correct_english(db, recap)

    keeping.delete(db, of, actor=ACTOR, now=NOW)

    assert waiting(db, recap) == []
    assert sorted(each.had is not None for each in receipts.standings(db, recap)) == [False, True, True]
    assert (mailing.corrections(db, recap, note="x"), lists.all_lists(db)) == ([], [])
    with pytest.raises(NotFound):
        lists.add(db, of, MINISTRY, actor=ACTOR, now=NOW)


def test_the_name_of_a_list_is_free_when_it_was_deleted_and_not_before(db: Session, recap: Recap) -> None:
    first, other = lists.by_id(db, 1), lists.create(db, "Sisters", actor=ACTOR, now=NOW)

    with pytest.raises(Refusal):
        keeping.rename(db, other, first.name, actor=ACTOR, now=NOW)
    keeping.delete(db, first, actor=ACTOR, now=NOW)
    keeping.rename(db, other, "Ministry of Health", actor=ACTOR, now=NOW)

    assert [(each.name, number) for each, number in lists.all_lists(db)] == [("Ministry of Health", 0)]


def test_a_reader_is_corrected_and_what_waits_goes_to_the_right_address(db: Session, recap: Recap) -> None:
    mail(db, recap, list_ids=[1])
    _, bruno = place(db, BRUNO)

    keeping.correct(db, bruno, TypedReader("Bruno N.", "right@example.org", "en"), actor=ACTOR, now=NOW)

    assert (bruno.name, bruno.email, bruno.language) == ("Bruno N.", "right@example.org", "en")
    assert {address for _, address in waiting(db, recap)} == {AMINA, "right@example.org"}
    with pytest.raises(Refusal):
        keeping.correct(db, bruno, TypedReader("Bruno", AMINA, "en"), actor=ACTOR, now=NOW)


@pytest.mark.parametrize(
    ("state", "greeted"),
    [
        (DeliveryState.QUEUED, "Hello Bruno N.,"),
        (DeliveryState.FAILED, "Hello Bruno N.,"),
        (DeliveryState.GIVEN_UP, "Hello Bruno N.,"),
        (DeliveryState.SENT, "Hello Bruno,"),
    ],
)
def test_letters_that_have_not_gone_greet_a_reader_by_the_corrected_name(
    db: Session, recap: Recap, state: DeliveryState, greeted: str
) -> None:
    mail(db, recap, list_ids=[1])
    _, bruno = place(db, BRUNO)
    letter = db.exec(select(Delivery).where(Delivery.reader_id == bruno.id)).one()
    letter.state = state

    keeping.correct(db, bruno, TypedReader("Bruno N.", BRUNO, "fr"), actor=ACTOR, now=NOW)

    written = replace(Letter.from_json(letter.payload), language="en")
    assert greeted in preview(written, DESK).text
    assert (letter.state, letter.recipient) == (state, BRUNO)
    others = db.exec(select(Delivery).where(Delivery.recipient == AMINA)).one()
    assert Letter.from_json(others.payload).to_name == "Amina"


def test_whoever_left_by_the_link_in_the_same_moment_was_not_taken_off(db: Session, recap: Recap) -> None:
    member, _ = place(db, BRUNO)
    lists.remove(db, member, actor="link:unsubscribe", now=NOW)

    with pytest.raises(NotFound):
        keeping.take_off(db, member, actor=ACTOR, now=NOW)

    assert not member.by_desk


def test_only_those_who_are_nothing_but_readers_are_corrected(db: Session, recap: Recap) -> None:
    _, bruno = place(db, BRUNO)
    before = keeping.only_reads(db, bruno)

    db.add(Organizer(person_id=bruno.id))
    db.flush()

    assert (before, keeping.only_reads(db, bruno), keeping.only_reads(db, make.person(db))) == (True, False, False)
    with pytest.raises(Refusal, match="known as more than a reader"):
        keeping.correct(db, bruno, TypedReader("Bruno N.", BRUNO, "fr"), actor=ACTOR, now=NOW)
