"""Requests that are one of a series, and what of it a search went by."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_27_series"
down_revision = "2026_11_27_others"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requestseries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("weeks IN (1, 2, 4)", name=op.f("ck_requestseries_rhythm_known")),
        sa.CheckConstraint("times BETWEEN 2 AND 12", name=op.f("ck_requestseries_times_in_range")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_requestseries_hospital_id_hospital")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requestseries")),
    )
    op.create_index(op.f("ix_requestseries_hospital_id"), "requestseries", ["hospital_id"])
    # In these words both databases add it in place.
    op.execute(
        "ALTER TABLE sessionrequest ADD COLUMN series_id INTEGER"
        " CONSTRAINT fk_sessionrequest_series_id_requestseries REFERENCES requestseries (id)"
    )
    op.create_index(op.f("ix_sessionrequest_series_id"), "sessionrequest", ["series_id"])
    op.add_column("sessionrequest", sa.Column("series_place", sa.Integer(), nullable=True))
    op.add_column("sessionrequest", sa.Column("look_from", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    went_by: sa.Column[str] = sa.Column(
        "went_by", sqlmodel.sql.sqltypes.AutoString(length=64), server_default="", nullable=False
    )
    op.add_column("matchsearch", went_by)


def downgrade() -> None:
    op.drop_column("matchsearch", "went_by")
    op.drop_column("sessionrequest", "look_from")
    op.drop_column("sessionrequest", "series_place")
    op.drop_index(op.f("ix_sessionrequest_series_id"), table_name="sessionrequest")
    op.drop_column("sessionrequest", "series_id")
    op.drop_index(op.f("ix_requestseries_hospital_id"), table_name="requestseries")
    op.drop_table("requestseries")
