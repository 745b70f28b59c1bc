"""Agendas and notes know the language in which they were written, as questions do."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_languages"
down_revision = "2026_11_26_attendees"
branch_labels = None
depends_on = None

COLUMNS = (
    ("sharingsession", "agenda_language"),
    ("sessionquestion", "note_language"),
    ("incidentnote", "language"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        text = sqlmodel.sql.sqltypes.AutoString(length=35)
        op.add_column(table, sa.Column(column, text, server_default="", nullable=False))


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_column(table, column)
