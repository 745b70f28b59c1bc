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


def downgrade() -> None:
    op.drop_column("matchplan", "purpose")
