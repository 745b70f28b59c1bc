"""Why sessions that stand cannot be as agreed, since facts changed behind them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_27_disruptions"
down_revision = "2026_11_27_version_of_drafts"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    op.create_table(
        "disruption",
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("concerns", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["match_id"], ["proposedmatch.id"], name=op.f("fk_disruption_match_id_proposedmatch")),
        sa.PrimaryKeyConstraint("match_id", "kind", "concerns", name=op.f("pk_disruption")),
    )


def downgrade() -> None:
    op.drop_table("disruption")
