"""Plans that mend sessions together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_mending_plans"
down_revision = "2026_11_26_house_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matchplan", sa.Column("purpose", sa.String(length=20), server_default="queue", nullable=False))


PLANS = sa.table("matchplan", sa.column("id"), sa.column("purpose"))
HELD = sa.table("plannedmatch", sa.column("plan_id"))


def downgrade() -> None:
    # They would count as plans of the requests that wait.
    mending = sa.select(PLANS.c.id).where(PLANS.c.purpose == "mending")
    op.execute(HELD.delete().where(HELD.c.plan_id.in_(mending)))
    op.execute(PLANS.delete().where(PLANS.c.purpose == "mending"))
    op.drop_column("matchplan", "purpose")
