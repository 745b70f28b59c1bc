"""Mails a published recap to its readers, each in the language nearest to theirs, and a correction to those who have
the old revision.

Each letter is a row of the outbox, posted in the transaction of the caller; a key of recap, reader and revision makes
it once, however often the button is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, case, col, func, select

from medixchange.documents.tongues import ranked
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import LIGHT, Promise, post_all, supersede
from medixchange.people.models import Person
from medixchange.recaps import lists, queries
from medixchange.recaps.about import about
from medixchange.recaps.lettering import Addressee, Told, letter_of, told
from medixchange.recaps.models import Recap, RecapReceipt, RecapVersion
from medixchange.recaps.readers import Reader as Reader
from medixchange.recaps.readers import again
from medixchange.recaps.readers import readers as readers
from medixchange.tokens import seed

Kind = Literal["recap", "recap-corrected"]
KINDS: tuple[Kind, ...] = ("recap", "recap-corrected")


@dataclass(frozen=True)
class Written:
    """A letter that is to be posted: to whom, of which revision, and what it says."""

    reader: Reader
    version: RecapVersion
    receipt: RecapReceipt | None
    seed: str
    letter: Letter


def letters(db: Session, recap: Recap, chosen: Sequence[Reader], *, note: str) -> list[Written]:
    """The letters to those of ``chosen`` who have not been written to about this recap; nothing is written."""
    had = receipts(db, recap)
    press = _Press(db, recap, note)
    return press.first([each for each in chosen if each.person.id not in had], {})


def corrections(db: Session, recap: Recap, *, note: str) -> list[Written]:
    """The letters to those who have an older revision of what readers see now.

    Whoever's letter with the old revision has not gone gets the new one as if it were the first.
    """
    published = {each.id: each.published or 0 for each in queries.versions(db, recap)}
    old = [each for each in receipts(db, recap).values() if each.number < published[each.version_id]]
    people, gone, press = again(db, old), _gone(db, old), _Press(db, recap, note)
    known = [(people[each.id], each) for each in old if each.id in people]
    late = [(reader, receipt) for reader, receipt in known if receipt.id not in gone]
    return [
        *press.corrected([(reader, receipt) for reader, receipt in known if receipt.id in gone]),
        *press.first([reader for reader, _ in late], {receipt.person_id: receipt for _, receipt in late}),
    ]


def send(db: Session, recap: Recap, written: Sequence[Written], *, actor: str, now: datetime) -> int:
    """Post the letters and return how many. Raises Refusal where there is none."""
    if not written:
        raise Refusal(say("Everybody you chose has this recap already."))
    for each in written:
        if each.receipt is not None:
            supersede(db, subject_of(recap), kinds=KINDS, reader_id=each.reader.person.id)
    promises = [Promise(each.letter, _key(recap, each), each.reader.person.id) for each in written]
    posted = post_all(db, promises, subject=subject_of(recap), now=now)
    for each in written:
        _receipt(db, recap, each, posted[_key(recap, each)])
    record(db, actor=actor, verb="mail", subject=subject_of(recap), now=now, after={"letters": len(written)})
    return len(written)


def _key(recap: Recap, each: Written) -> str:
    version = each.version
    return f"recap-{recap.id}-{each.reader.person.id}-{version.language}-{version.published}"


def _receipt(db: Session, recap: Recap, each: Written, delivery: Delivery) -> None:
    version, person = each.version, each.reader.person
    facts = {"version_id": version.id, "number": version.published or 0, "delivery_id": delivery.id}
    if each.receipt is not None:
        each.receipt.sqlmodel_update(facts)
        db.add(each.receipt)
    else:
        receipt = RecapReceipt(recap_id=recap.id, person_id=person.id, seed=each.seed, **facts)
        receipt.member_id = each.reader.member.id if each.reader.member else None
        receipt.attendee_id = each.reader.attendee.id if each.reader.attendee else None
        db.add(receipt)


def receipts(db: Session, recap: Recap) -> Mapping[int, RecapReceipt]:
    """Who was written to about this recap, by the number of the person."""
    found = select(RecapReceipt).where(RecapReceipt.recap_id == recap.id).order_by(col(RecapReceipt.id))
    return {each.person_id: each for each in db.exec(found)}


def deliveries(db: Session, recap: Recap, *, most: int) -> list[tuple[Person, Delivery]]:
    """Those who were written to, with their latest letter, at most ``most``: what did not go comes first."""
    order = case(
        {DeliveryState.GIVEN_UP: 0, DeliveryState.FAILED: 1, DeliveryState.SENT: 3}, value=col(Delivery.state), else_=2
    )
    query = (
        select(Person, Delivery)
        .join(RecapReceipt, col(RecapReceipt.person_id) == col(Person.id))
        .join(Delivery, col(Delivery.id) == col(RecapReceipt.delivery_id))
        .where(RecapReceipt.recap_id == recap.id)
        .order_by(order, col(Person.name), col(Person.id))
        .limit(most)
        .options(LIGHT)
    )
    return list(db.exec(query))


def states(db: Session, recap: Recap) -> Mapping[DeliveryState, int]:
    """How many of the latest letters stand in each state."""
    query = (
        select(Delivery.state, func.count())
        .join(RecapReceipt, col(RecapReceipt.delivery_id) == col(Delivery.id))
        .where(RecapReceipt.recap_id == recap.id)
        .group_by(col(Delivery.state))
    )
    return {DeliveryState(state): number for state, number in db.exec(query)}


def receipt_by_seed(db: Session, receipt_seed: str) -> RecapReceipt | None:
    """Whose own link to a recap this is."""
    return db.exec(select(RecapReceipt).where(RecapReceipt.seed == receipt_seed)).one_or_none()


def subject_of(recap: Recap) -> str:
    """How letters and the journal name a recap."""
    return f"recap:{recap.id}"


class _Press:
    """Writes letters of one recap; what they tell is made once for each language."""

    def __init__(self, db: Session, recap: Recap, note: str) -> None:
        self._db, self._recap, self._note = db, recap, note
        self._facts = about(db, recap)
        self._published = {each.language: each for each in queries.versions(db, recap) if each.published}
        self._told: dict[tuple[int, int], Told] = {}

    def first(self, chosen: Sequence[Reader], had: Mapping[int, RecapReceipt]) -> list[Written]:
        """To each reader the language nearest to theirs."""
        nearest = {each: ranked(list(self._published), each)[0] for each in {each.language for each in chosen}}
        places = self._places(chosen)
        return [
            self._write("recap", each, self._published[nearest[each.language]], had.get(each.person.id), places)
            for each in chosen
        ]

    def corrected(self, again: Sequence[tuple[Reader, RecapReceipt]]) -> list[Written]:
        """To each reader the language that they have, and what changed in it."""
        by_id = {each.id: each for each in self._published.values()}
        places = self._places([reader for reader, _ in again])
        return [
            self._write("recap-corrected", reader, by_id[receipt.version_id], receipt, places)
            for reader, receipt in again
        ]

    def _write(
        self,
        kind: Kind,
        reader: Reader,
        version: RecapVersion,
        receipt: RecapReceipt | None,
        places: Mapping[int, str],
    ) -> Written:
        old = receipt.number if receipt is not None and kind == "recap-corrected" else 0
        own, member = receipt.seed if receipt else seed(), reader.member
        letter = letter_of(
            kind,
            self._telling(version, old),
            Addressee(reader.name, reader.person.email, reader.language, reader.person.zone),
            own=own,
            leave=reader.leaves_by,
            attended=reader.attendee is not None,
            list_name=places.get(member.id, "") if member else "",
        )
        return Written(reader, version, receipt, own, letter)

    def _telling(self, version: RecapVersion, old: int) -> Told:
        known = self._told.get((version.id, old))
        if known is None:
            new = queries.revision(self._db, version, version.published or 0)
            before = queries.revision(self._db, version, old) if old else None
            known = told(self._recap, self._facts, version, new, old=before, note=self._note)
            self._told[version.id, old] = known
        return known

    def _places(self, chosen: Sequence[Reader]) -> Mapping[int, str]:
        return lists.names(self._db, [each.member.id for each in chosen if each.member])


def _gone(db: Session, old: Sequence[RecapReceipt]) -> set[int]:
    """Those whose letter has gone, or may have."""
    query = select(Delivery).where(col(Delivery.id).in_([each.delivery_id for each in old])).options(LIGHT)
    begun = {each.id for each in db.exec(query) if each.state is DeliveryState.SENT or each.lease or each.in_doubt}
    return {each.id for each in old if each.delivery_id in begun}
