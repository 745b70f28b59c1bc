"""Days on which nobody works in a country or at one hospital."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_27_closed"
down_revision = "2026_11_27_disruptions"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "closedperiod",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
        sa.Column("hospital_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("recorded_at", moment(), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("removed_at", moment(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closedperiod_days_in_order")),
        sa.CheckConstraint(
            "(country IS NULL) <> (hospital_id IS NULL)", name=op.f("ck_closedperiod_country_or_hospital")
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_closedperiod_hospital_id_hospital")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closedperiod")),
    )
    for name in ("ends_at", "removed_at"):
        op.create_index(op.f(f"ix_closedperiod_{name}"), "closedperiod", [name])
    for place in ("country", "hospital_id"):
        op.create_index(
            f"uq_closedperiod_{place}",
            "closedperiod",
            [place, "first_day"],
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        )


def downgrade() -> None:
    op.drop_table("closedperiod")
