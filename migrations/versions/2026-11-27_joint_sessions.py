"""Requests that take part in the session of another one, who comes for them, and second groups of an audience."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_joint_sessions"
down_revision = "2026_11_27_series"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessionrequest", sa.Column("second_audience", sa.JSON(), server_default="{}", nullable=False))
    for table in ("sessionrequest", "attendance"):
        leads = sa.ForeignKey("sessionrequest.id", name=op.f(f"fk_{table}_joined_id_sessionrequest"))
        op.add_column(table, sa.Column("joined_id", sa.Integer(), leads, nullable=True), inline_references=True)
    op.create_index(op.f("ix_sessionrequest_joined_id"), "sessionrequest", ["joined_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sessionrequest_joined_id"), "sessionrequest")
    for table in ("attendance", "sessionrequest"):
        op.drop_column(table, "joined_id")
    op.drop_column("sessionrequest", "second_audience")
