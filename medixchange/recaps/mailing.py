"""Mails a published recap to its readers, each in the language nearest to theirs, and a correction to those who have
the old revision.

Each letter is a row of the outbox, posted in the transaction of the caller; a key of recap, reader and revision makes
it once, however often the button is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlmodel import Session

from medixchange.documents.tongues import ranked
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.outbox.post import Promise, post_all
from medixchange.recaps import lists, queries, receipts
from medixchange.recaps.about import about
from medixchange.recaps.lettering import Addressee, Told, letter_of, told
from medixchange.recaps.models import Recap, RecapReceipt, RecapVersion
from medixchange.recaps.readers import Reader as Reader
from medixchange.recaps.readers import again, hold
from medixchange.recaps.readers import readers as readers
from medixchange.recaps.receipts import Standing
from medixchange.sessions import teams
from medixchange.tokens import seed

Kind = Literal["recap", "recap-corrected"]


@dataclass(frozen=True)
class Written:
    """A letter that is to be posted: to whom, of which revision, and what it says; ``before`` is what they were
    mailed until now."""

    reader: Reader
    version: RecapVersion
    before: Standing | None
    seed: str
    letter: Letter


def letters(db: Session, recap: Recap, chosen: Sequence[Reader], *, note: str) -> list[Written]:
    """The letters to those of ``chosen`` who neither have this recap nor get it; nothing is written."""
    known = {each.receipt.person_id: each for each in receipts.standings(db, recap)}
    new = [each for each in chosen if each.person.id not in known or known[each.person.id].latest is None]
    return _Press(db, recap, note).first(new, known)


def outdated(db: Session, recap: Recap, *, for_change: bool = False) -> list[tuple[Reader, Standing]]:
    """Those who have, or get, other words than readers see now; ``for_change`` keeps them so.

    A revision that was published with the same title and text as the one before is no correction.
    """
    if for_change:
        hold(db, recap)  # before their letters, as whoever leaves does
    is_shown = _shown(db, recap)
    old = [
        each
        for each in receipts.standings(db, recap, for_change=for_change)
        if each.latest is not None and not is_shown(each.receipt.version_id, each.latest)
    ]
    people = again(db, recap) if old else {}
    return [(people[each.receipt.id], each) for each in old if each.receipt.id in people]


def stop_undone(db: Session, recap: Recap) -> None:
    """A correction goes no more to those who have the words that readers see now: it was undone before it went."""
    is_shown = _shown(db, recap)
    undone = [
        each.receipt
        for each in receipts.standings(db, recap)
        if each.waits and each.had is not None and is_shown(each.receipt.version_id, each.had)
    ]
    receipts.stop(db, undone)


def _shown(db: Session, recap: Recap) -> Callable[[int, int], bool]:
    """Whether readers see the words of a revision now, by the numbers of its version and its own."""
    versions = {each.id: each for each in queries.versions(db, recap)}

    @cache
    def words(version_id: int, number: int) -> tuple[str, str]:
        return queries.revision(db, versions[version_id], number).words

    def is_shown(version_id: int, number: int) -> bool:
        published = versions[version_id].published or 0
        return number >= published or words(version_id, number) == words(version_id, published)

    return is_shown


def corrections(db: Session, recap: Recap, *, note: str, for_change: bool = False) -> list[Written]:
    """The letters to those who have an older revision of what readers see now.

    Whoever has none yet, since their letter has not gone, gets the new one as if it were the first; with ``for_change``
    it does not go meanwhile.
    """
    old, press = outdated(db, recap, for_change=for_change), _Press(db, recap, note)
    late = [(reader, standing) for reader, standing in old if standing.had is None]
    return [
        *press.corrected([(reader, standing) for reader, standing in old if standing.had is not None]),
        *press.first([reader for reader, _ in late], {each.receipt.person_id: each for _, each in late}),
    ]


def send(db: Session, recap: Recap, written: Sequence[Written], *, actor: str, now: datetime) -> int:
    """Post the letters and return how many; whoever calls has locked the recap before it had them written, and chosen
    readers, or had corrections written, ``for_change``.

    Raises Refusal where there is none.
    """
    if not written:
        raise Refusal(
            say("Everybody you chose has this recap already, or a letter to them waits; see how each letter stands.")
        )
    receipts.stop(db, [each.before.receipt for each in written if each.before])
    promises = [Promise(each.letter, _key(recap, each), each.reader.person.id) for each in written]
    posted = post_all(db, promises, subject=subject_of(recap), now=now)
    for each in written:
        _keep(db, recap, each, posted[_key(recap, each)])
    record(db, actor=actor, verb="mail", subject=subject_of(recap), now=now, after={"letters": len(written)})
    return len(written)


def _key(recap: Recap, each: Written) -> str:
    version = each.version
    # Who was written to before may get the same revision again: their letter with it was stopped.
    after = f"-after-{each.before.receipt.delivery_id}" if each.before else ""
    return f"recap-{recap.id}-{each.reader.person.id}-{version.language}-{version.published}{after}"


def _keep(db: Session, recap: Recap, each: Written, delivery: Delivery) -> None:
    reader, before = each.reader, each.before
    facts: dict[str, Any] = {
        "version_id": each.version.id,
        "number": each.version.published or 0,
        "had": before.had if before else None,
        "member_id": reader.member.id if reader.member else None,
        "attendee_id": reader.attendee.id if reader.attendee else None,
        "delivery_id": delivery.id,
    }
    if before:
        before.receipt.sqlmodel_update(facts)
        db.add(before.receipt)
    else:
        db.add(RecapReceipt(recap_id=recap.id, person_id=reader.person.id, seed=each.seed, **facts))


def subject_of(recap: Recap) -> str:
    """How letters and the journal name a recap."""
    return f"recap:{recap.id}"


class _Press:
    """Writes letters of one recap; what they tell is made once for each language."""

    def __init__(self, db: Session, recap: Recap, note: str) -> None:
        self._db, self._recap, self._note = db, recap, note
        self._facts = about(db, recap)
        self._homes = teams.homes(db, recap.session_id)
        self._versions = queries.versions(db, recap)
        self._published = {each.language: each for each in self._versions if each.published}
        self._told: dict[tuple[int, int], Told] = {}

    def first(self, chosen: Sequence[Reader], before: Mapping[int, Standing]) -> list[Written]:
        """To each reader the language nearest to theirs."""
        nearest = {each: ranked(list(self._published), each)[0] for each in {each.language for each in chosen}}
        places = self._places(chosen)
        return [
            self._write("recap", each, self._published[nearest[each.language]], before.get(each.person.id), places)
            for each in chosen
        ]

    def corrected(self, again: Sequence[tuple[Reader, Standing]]) -> list[Written]:
        """To each reader the language that they have, and what changed in it."""
        by_id = {each.id: each for each in self._published.values()}
        places = self._places([reader for reader, _ in again])
        return [
            self._write("recap-corrected", reader, by_id[before.receipt.version_id], before, places)
            for reader, before in again
        ]

    def _write(
        self, kind: Kind, reader: Reader, version: RecapVersion, before: Standing | None, places: Mapping[int, str]
    ) -> Written:
        old = before.had or 0 if before is not None and kind == "recap-corrected" else 0
        own, member = before.receipt.seed if before else seed(), reader.member
        letter = letter_of(
            kind,
            self._telling(version, old),
            self._addressee(reader),
            own=own,
            leave=reader.leaves_by,
            attended=reader.attendee is not None,
            list_name=places.get(member.id, "") if member else "",
        )
        return Written(reader, version, before, own, letter)

    def _addressee(self, reader: Reader) -> Addressee:
        person = reader.person
        return Addressee(reader.name, person.email, reader.language, person.zone, self._homes.get(person.id))

    def _telling(self, version: RecapVersion, old: int) -> Told:
        known = self._told.get((version.id, old))
        if known is None:
            new = queries.revision(self._db, version, version.published or 0)
            before = queries.revision(self._db, version, old) if old else None
            source = queries.source_of(version, self._versions)
            behind = queries.is_behind(self._db, source, version.published_source_number)
            known = told(self._recap, self._facts, version, new, old=before, note=self._note, is_behind=behind)
            self._told[version.id, old] = known
        return known

    def _places(self, chosen: Sequence[Reader]) -> Mapping[int, str]:
        return lists.names(self._db, [each.member.id for each in chosen if each.member])
