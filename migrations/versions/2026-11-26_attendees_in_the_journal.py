"""The journal names those who signed in to a session by the session, as all that is done to their entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_attendees"
down_revision = "2026_11_26_what_readers_had"
branch_labels = None
depends_on = None

ENTRY = sa.table("journalentry", *map(sa.column, ("id", "verb", "subject")), sa.column("after", sa.JSON))
ATTENDEE = sa.table("sessionattendee", *map(sa.column, ("id", "session_id")))
VERBS = ("attend", "leave")


def upgrade() -> None:
    sessions = {row.id: row.session_id for row in op.get_bind().execute(sa.select(ATTENDEE))}
    found = sa.select(ENTRY.c.id, ENTRY.c.subject, ENTRY.c.verb).where(ENTRY.c.subject.like("attendee:%"))
    acts: dict[int, list[int]] = {}
    for entry in op.get_bind().execute(found.order_by(ENTRY.c.id)):
        attendee = int(entry.subject.partition(":")[2])
        # Who was removed with the demo data has given their number to somebody else.
        acts[attendee] = [] if entry.verb == "remove" else [*acts.get(attendee, []), entry.id]
    _rewrite(
        {"entry": number, "named": f"session:{sessions[attendee]}", "with": {"attendee": attendee}}
        for attendee in acts.keys() & sessions.keys()
        for number in acts[attendee]
    )


def downgrade() -> None:
    found = sa.select(ENTRY.c.id, ENTRY.c.after).where(ENTRY.c.subject.like("session:%"), ENTRY.c.verb.in_(VERBS))
    told = op.get_bind().execute(found).all()
    _rewrite({"entry": number, "named": f"attendee:{after['attendee']}", "with": {}} for number, after in told)


def _rewrite(rows: Iterator[dict[str, object]]) -> None:
    change = sa.update(ENTRY).where(ENTRY.c.id == sa.bindparam("entry"))
    changed = change.values(subject=sa.bindparam("named"), after=sa.bindparam("with", type_=sa.JSON))
    if every := list(rows):
        with _journal_that_changes():
            op.get_bind().execute(changed, every)


@contextmanager
def _journal_that_changes() -> Iterator[None]:
    """The journal refuses to be changed again when the block ends; with another fault nothing of it stays."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE journalentry DISABLE TRIGGER journal_only_grows")
        yield
        op.execute("ALTER TABLE journalentry ENABLE TRIGGER journal_only_grows")
        return
    op.execute("DROP TRIGGER journal_refuses_update")
    yield
    op.execute(
        "CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journalentry "
        "BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
    )
