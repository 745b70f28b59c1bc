"""The roll call of a session, and notes about what happened in it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_run_sheet"
down_revision = "2026_11_25_session_pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance") as batch:
        batch.add_column(sa.Column("present_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("missed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_table(
        "incidentnote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_incidentnote_session_id_sharingsession")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_incidentnote_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidentnote")),
    )
    op.create_index(op.f("ix_incidentnote_session_id"), "incidentnote", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_incidentnote_session_id"), table_name="incidentnote")
    op.drop_table("incidentnote")
    with op.batch_alter_table("attendance") as batch:
        batch.drop_column("missed_at")
        batch.drop_column("present_at")
