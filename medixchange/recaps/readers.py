"""Who is written to about a recap, and why: the invited, those who signed in, those on lists, and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from medixchange.people.models import Person
from medixchange.recaps import lists
from medixchange.recaps.models import ListMember, Recap, RecapReceipt
from medixchange.sessions import attending
from medixchange.sessions import queries as sessions
from medixchange.sessions.models import Attendance, SessionAttendee


@dataclass(frozen=True)
class Reader:
    """Somebody to be written to, and why: their place on a list, or their entry among those who signed in.

    Who signed in is written to as they wrote themselves down, whoever else has that address in the records.
    """

    person: Person
    member: ListMember | None = None
    attendee: SessionAttendee | None = None

    @property
    def name(self) -> str:
        """How the letter greets them."""
        return self.attendee.name if self.attendee else self.person.name

    @property
    def language(self) -> str:
        """The language that they read."""
        return self.attendee.language if self.attendee else self.person.language

    @property
    def leaves_by(self) -> str:
        """The seed of the link by which they get no more letters; empty for those who were invited by name."""
        reason = self.member or self.attendee
        return reason.seed if reason else ""

    @property
    def is_mistaken(self) -> bool:
        """Whether the entry by which they were written to has another address by now."""
        return self.attendee is not None and self.attendee.person_id != self.person.id

    @property
    def has_left(self) -> bool:
        """Whether they want no letters any more, or were not there after all."""
        if self.attendee is not None and self.attendee.removed_at is not None:
            return True
        reason = self.member or self.attendee
        return reason is not None and reason.left_at is not None


def readers(
    db: Session,
    recap: Recap,
    *,
    invited: bool,
    list_ids: Sequence[int] = (),
    others: Callable[[], Sequence[Person]] = list,
    for_change: bool = False,
) -> list[Reader]:
    """Those who were chosen, each once: whoever was invited or attended, others, and the lists.

    With ``for_change`` whoever wants no letters any more waits until the transaction ends, and then finds theirs;
    ``others`` finds people, or writes them down, after that.
    """
    # Who fills a list or corrects an address locks places before anybody is written down: in another order we and they
    # could wait for each other.
    find = attending.held if for_change else attending.attendees
    there = find(db, recap.session_id) if invited else ()
    members = lists.members(db, list_ids, for_change=for_change) if list_ids else ()
    found: dict[int, Reader] = {}
    if invited:
        query = (
            select(Person)
            .join(Attendance, col(Attendance.person_id) == col(Person.id))
            .where(Attendance.session_id == recap.session_id)
            .where(sessions.takes_part(col(Attendance.joined_id), recap.session_id))
            .order_by(col(Attendance.id))
        )
        found.update({person.id: Reader(person) for person in db.exec(query)})
    for entry, person in there:
        if entry.left_at is None:
            found.setdefault(person.id, Reader(person, attendee=entry))
    for person in others():
        found.setdefault(person.id, Reader(person))
    for member, person in members:
        found.setdefault(person.id, Reader(person, member))
    return list(found.values())


def hold(db: Session, recap: Recap) -> None:
    """Nobody leaves what they were written to by about this recap, is taken off or corrected, until the transaction
    ends."""
    # Whoever corrects somebody locks every place of theirs, also of one who was written to by name.
    on_list = col(RecapReceipt.person_id) == col(ListMember.person_id)
    signed_in = col(RecapReceipt.attendee_id) == col(SessionAttendee.id)
    for place, is_theirs in ((ListMember, on_list), (SessionAttendee, signed_in)):
        query = select(place.id).join(RecapReceipt, is_theirs)
        mine = query.where(RecapReceipt.recap_id == recap.id).order_by(col(place.id))
        db.exec(mine.with_for_update(read=True, of=place)).all()


def again(db: Session, recap: Recap) -> Mapping[int, Reader]:
    """Who can be written to again about this recap, by receipt: whoever has left what they were written to by is not,
    nor is the address that somebody who signed in had written by mistake."""
    query = (
        select(RecapReceipt.id, Person, ListMember, SessionAttendee)
        .join(Person, col(Person.id) == col(RecapReceipt.person_id))
        .join(ListMember, col(ListMember.id) == col(RecapReceipt.member_id), isouter=True)
        .join(SessionAttendee, col(SessionAttendee.id) == col(RecapReceipt.attendee_id), isouter=True)
        .where(RecapReceipt.recap_id == recap.id)
    )
    found = {number: Reader(person, member, attendee) for number, person, member, attendee in db.exec(query)}
    return {number: reader for number, reader in found.items() if not (reader.has_left or reader.is_mistaken)}
