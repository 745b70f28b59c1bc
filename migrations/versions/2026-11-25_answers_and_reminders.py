"""Answers with another hour, repairs of sessions, and letters that wait for their hour."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_answers"
down_revision = "2026_11_25_answered"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    repairs = sa.Enum("same-hour", "other-hour", name="repair", native_enum=False, length=20)
    op.add_column("delivery", sa.Column("until", moment, nullable=True))
    op.add_column("attendance", sa.Column("other_hour", moment, nullable=True))
    op.add_column("proposedmatch", sa.Column("repair", repairs, nullable=True))
    # In these words both databases add it in place: a copy of the table would have to drop the one others refer to.
    op.execute(
        "ALTER TABLE sharingsession ADD COLUMN organizer_id INTEGER"
        " CONSTRAINT fk_sharingsession_organizer_id_person REFERENCES person (id)"
    )


def downgrade() -> None:
    op.drop_column("sharingsession", "organizer_id")
    op.drop_column("proposedmatch", "repair")
    op.drop_column("attendance", "other_hour")
    op.drop_column("delivery", "until")
