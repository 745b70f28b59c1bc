"""Letters keep what happened when they did not go, beside the words in which it was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_failures"
down_revision = "2026_11_26_languages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("failure", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "failure")
