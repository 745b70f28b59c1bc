"""What the invited find on their page of a session: an agenda, and questions sent ahead."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_session_pages"
down_revision = "2026_11_25_session_files"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("sharingsession", sa.Column("agenda", TEXT(length=4000), server_default="", nullable=False))
    op.create_table(
        "sessionquestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", TEXT(length=35), nullable=False),
        sa.Column("text", TEXT(length=1000), nullable=False),
        sa.Column("asked_at", MOMENT(), nullable=False),
        sa.Column("answered_at", MOMENT(), nullable=True),
        sa.Column("note", TEXT(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sessionquestion_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_sessionquestion_session_id_sharingsession")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessionquestion")),
    )
    op.create_index(op.f("ix_sessionquestion_session_id"), "sessionquestion", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sessionquestion_session_id"), table_name="sessionquestion")
    op.drop_table("sessionquestion")
    op.drop_column("sharingsession", "agenda")
