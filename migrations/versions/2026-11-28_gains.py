"""What a planned match is worth beside the one of today, term by term."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_gains"
down_revision = "2026_11_27_closings_read"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of earlier plans nobody knows it any more.
    op.execute("ALTER TABLE plannedmatch ADD COLUMN gains JSON")


def downgrade() -> None:
    op.drop_column("plannedmatch", "gains")
