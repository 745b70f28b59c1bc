"""The desk looks after lists while a recap is mailed: two real transactions at once on PostgreSQL, either one first.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.people.models import Person
from medixchange.recaps import keeping, lists, mailing, queries
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.mailing import Written
from medixchange.recaps.models import ListMember, Recap
from medixchange.sessions import attending
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.models import SessionAttendee, SharingSession
from medixchange.tokens import seed
from tests import postgres
from tests.recaps.stage import published
from tests.recaps.test_mailing import correct_english
from tests.recaps.test_receipts import waiting
from tests.sessions.stage import ACTOR, NOW, send, set_up

AMINA, BRUNO, CHEN, DORA, ERIC, RIGHT = (
    f"{name}@example.org" for name in ("amina", "bruno", "chen", "dora", "eric", "right")
)
Deed = Callable[[Session], object]

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def typed(*emails: str) -> list[TypedReader]:
    """Readers in English as they are written down."""
    return [TypedReader(email.partition("@")[0], email, "en") for email in emails]


@pytest.fixture
def recap(database: Database) -> Recap:
    """A recap and two lists with Chen on both of them; the database finds the places from the last to the first, where
    it is not told in which order."""
    with database.write() as db:
        recap = published(db, set_up(db))
        send(db)
        lists.known(db, typed(DORA, CHEN, BRUNO, AMINA), now=NOW)
        for name, readers in (("Ministry", (AMINA, BRUNO, CHEN)), ("Nurses", (CHEN, DORA))):
            lists.add(db, lists.create(db, name, actor=ACTOR, now=NOW), typed(*readers), actor=ACTOR, now=NOW)
        for member in db.exec(select(ListMember).order_by(col(ListMember.id).desc())):
            member.seed = seed()
            db.flush()
        return recap


def place(db: Session, email: str, list_id: int = 1) -> ListMember:
    """Where somebody stands on a list."""
    return next(member for member, person in lists.members(db, [list_id]) if person.email == email)


def take_off(db: Session) -> None:
    """Bruno is taken off the list of the ministry."""
    keeping.take_off(db, place(db, BRUNO), actor=ACTOR, now=NOW)


def correct(db: Session) -> None:
    """Chen has another address."""
    chen = db.exec(select(Person).where(Person.email == CHEN)).one()
    keeping.correct(db, chen, *typed(RIGHT), actor=ACTOR, now=NOW)


def delete(db: Session) -> None:
    """The list of the ministry is deleted."""
    keeping.delete(db, lists.by_id(db, 1), actor=ACTOR, now=NOW)


def add(db: Session) -> None:
    """Eric is on the list of the ministry too."""
    lists.add(db, lists.by_id(db, 1), typed(ERIC), actor=ACTOR, now=NOW)


DEEDS = [
    (take_off, {BRUNO}, {AMINA, CHEN, DORA}),
    (correct, {CHEN}, {AMINA, BRUNO, RIGHT, DORA}),
    (delete, {AMINA, BRUNO}, {DORA}),
    (add, set(), {AMINA, BRUNO, CHEN, DORA}),
]
ACTS = pytest.mark.parametrize("act", ["mail", "correct"])


def prepare(database: Database, recap: Recap, act: str) -> None:
    """Before a correction everybody has an older text."""
    if act == "correct":
        with database.write() as db:
            post(db, recap, "mail")
            send(db)
            correct_english(db, queries.by_id(db, recap.id))


def written(db: Session, recap: Recap, act: str) -> tuple[Recap, list[Written]]:
    """The letters of a mailing, also to Eric, who is written down for it, or of a correction."""
    mine = queries.by_id(db, recap.id, for_change=True)
    if act == "correct":
        return mine, mailing.corrections(db, mine, note="A slip", for_change=True)
    others = partial(lists.known, db, typed(ERIC), now=NOW)
    chosen = mailing.readers(db, mine, invited=False, list_ids=[1, 2], others=others, for_change=True)
    return mine, mailing.letters(db, mine, chosen, note="")


def post(db: Session, recap: Recap, act: str) -> None:
    """Write the letters, and post them."""
    mine, letters = written(db, recap, act)
    mailing.send(db, mine, letters, actor=ACTOR, now=NOW)


def committed(database: Database, deed: Deed) -> None:
    """A transaction of its own."""
    with database.write() as db:
        deed(db)


def addresses(database: Database, recap: Recap) -> set[str]:
    """To whom letters go."""
    with database.read() as db:
        return {address for _, address in waiting(db, recap)}


@ACTS
@pytest.mark.parametrize(("deed", "without", "among"), DEEDS)
def test_what_is_done_while_letters_are_written_is_heeded(
    database: Database, recap: Recap, act: str, deed: Deed, without: set[str], among: set[str]
) -> None:
    prepare(database, recap, act)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            mine, letters = written(db, recap, act)
            doing = pool.submit(committed, database, deed)
            postgres.until_waiting(database, doing)
            mailing.send(db, mine, letters, actor=ACTOR, now=NOW)
        doing.result()

    found = addresses(database, recap)
    assert (found & without, found >= among) == (set(), True)


@ACTS
@pytest.mark.parametrize(("deed", "without", "among"), DEEDS)
def test_what_was_just_done_is_heeded(
    database: Database, recap: Recap, act: str, deed: Deed, without: set[str], among: set[str]
) -> None:
    prepare(database, recap, act)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            deed(db)
            db.flush()
            posting = pool.submit(committed, database, partial(post, recap=recap, act=act))
            postgres.until_waiting(database, posting)
        posting.result()

    found = addresses(database, recap)
    assert (found & without, found >= among) == (set(), True)


@ACTS
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("deed", [each for each, *_ in DEEDS])
def test_nobody_waits_for_each_other(database: Database, recap: Recap, act: str, deed: Deed, is_first: bool) -> None:
    """Both begin while a third has locked one of the places that they lock."""
    prepare(database, recap, act)
    with database.read() as db:
        taken = place(db, CHEN, 2).id if deed is correct else place(db, BRUNO).id
    both: list[Deed] = [deed, partial(post, recap=recap, act=act)]
    running: list[Future[None]] = []

    with ThreadPoolExecutor(2) as pool:
        with database.write() as db:
            db.get_one(ListMember, taken, with_for_update=True)
            for each in both if is_first else reversed(both):
                running.append(pool.submit(committed, database, each))
                postgres.until_waiting(database, *running)

        assert [each.result() for each in running] == [None, None]


def test_a_correction_to_somebody_on_a_list_to_whom_the_recap_was_mailed_by_name_goes_to_their_new_address(
    database: Database, recap: Recap
) -> None:
    with database.write() as db:
        found = mailing.readers(db, recap, invited=False, others=partial(lists.known, db, typed(CHEN), now=NOW))
        mailing.send(db, recap, mailing.letters(db, recap, found, note=""), actor=ACTOR, now=NOW)
        send(db)
        correct_english(db, queries.by_id(db, recap.id))

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            mine, letters = written(db, recap, "correct")
            correcting = pool.submit(committed, database, correct)
            postgres.until_waiting(database, correcting)
            mailing.send(db, mine, letters, actor=ACTOR, now=NOW)
        correcting.result()

    assert addresses(database, recap) == {RIGHT}


@pytest.mark.parametrize("is_first", [True, False])
def test_who_signed_in_is_corrected_to_an_address_that_a_mailing_writes_down(
    database: Database, recap: Recap, is_first: bool
) -> None:
    """Both begin while a third has locked the entry; the one who comes second knows what the first has done."""
    grace = AttendeeDraft(name="Grace", email="grace@example.org", institution="CHUK", role="nurse", language="en")
    with database.write() as db:
        session = db.get_one(SharingSession, recap.session_id)
        entry = attending.attend(db, session, grace, now=NOW).id

    def correct_entry(db: Session) -> None:
        mine = attending.by_id(db, recap.session_id, entry)
        attending.correct(db, mine, grace.model_copy(update={"email": ERIC}), actor=ACTOR, now=NOW)

    def mail(db: Session) -> None:
        mine = queries.by_id(db, recap.id, for_change=True)
        others = partial(lists.known, db, typed(ERIC), now=NOW)
        chosen = mailing.readers(db, mine, invited=True, others=others, for_change=True)
        mailing.send(db, mine, mailing.letters(db, mine, chosen, note=""), actor=ACTOR, now=NOW)

    both: list[Deed] = [correct_entry, mail]
    running: list[Future[None]] = []
    with ThreadPoolExecutor(2) as pool:
        with database.write() as db:
            db.get_one(SessionAttendee, entry, with_for_update=True)
            for each in both if is_first else reversed(both):
                running.append(pool.submit(committed, database, each))
                postgres.until_waiting(database, *running)

        assert [each.result() for each in running] == [None, None]
    assert ERIC in addresses(database, recap)
