"""From which of the hospitals of a session somebody comes who signed in by its code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_homes"
down_revision = "2026_11_27_for_whom"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hospital = sa.ForeignKey("hospital.id", name=op.f("fk_sessionattendee_hospital_id_hospital"))
    op.add_column(
        "sessionattendee", sa.Column("hospital_id", sa.Integer(), hospital, nullable=True), inline_references=True
    )


def downgrade() -> None:
    op.drop_column("sessionattendee", "hospital_id")
