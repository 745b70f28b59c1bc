"""What further audiences of a session hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_others"
down_revision = "2026_11_27_put_forward"
branch_labels = None
depends_on = None
TABLES = ("proposedmatch", "sharingsession")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("others", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "others")
