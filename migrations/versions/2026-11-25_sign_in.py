"""Those who join a session in a group and sign in by a code, and what they are mailed."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_sign_in"
down_revision = "2026_11_25_run_sheet"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
ROLES = ("physician", "nurse", "midwife", "pharmacist", "laboratory", "public-health", "manager", "student", "other")


def upgrade() -> None:
    op.add_column("sharingsession", sa.Column("sign_in_code", TEXT(length=6), nullable=True))
    op.create_index(op.f("ix_sharingsession_sign_in_code"), "sharingsession", ["sign_in_code"], unique=True)
    op.create_table(
        "sessionattendee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(length=120), nullable=False),
        sa.Column("institution", TEXT(length=200), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="attendeerole", native_enum=False, length=20), nullable=False),
        sa.Column("language", TEXT(length=35), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.Column("seed", TEXT(length=64), nullable=False),
        sa.Column("left_at", MOMENT(), nullable=True),
        sa.Column("removed_at", MOMENT(), nullable=True),
        sa.Column("reason", TEXT(length=300), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sessionattendee_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_sessionattendee_session_id_sharingsession")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessionattendee")),
        sa.UniqueConstraint("seed", name=op.f("uq_sessionattendee_seed")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_sessionattendee_session_id_person_id")),
    )
    op.create_index(op.f("ix_sessionattendee_person_id"), "sessionattendee", ["person_id"], unique=False)
    # In these words both databases add it in place.
    op.execute(
        "ALTER TABLE recapreceipt ADD COLUMN attendee_id INTEGER"
        " CONSTRAINT fk_recapreceipt_attendee_id_sessionattendee REFERENCES sessionattendee (id)"
    )


def downgrade() -> None:
    op.drop_column("recapreceipt", "attendee_id")
    op.drop_index(op.f("ix_sessionattendee_person_id"), table_name="sessionattendee")
    op.drop_table("sessionattendee")
    op.drop_index(op.f("ix_sharingsession_sign_in_code"), table_name="sharingsession")
    op.drop_column("sharingsession", "sign_in_code")
