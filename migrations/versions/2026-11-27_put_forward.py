"""Which proposals an organizer put forward, so that a search leaves them where they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_put_forward"
down_revision = "2026_11_26_mending_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposedmatch", sa.Column("is_put_forward", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("proposedmatch", "is_put_forward")
