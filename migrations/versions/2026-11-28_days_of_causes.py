"""Which days are closed, and where, that disrupt a session: the same however they are called."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_days_of_causes"
down_revision = "2026_11_28_gains"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was agreed before is told by its message until sessions are looked over for the next time.
    op.execute("ALTER TABLE disruption ADD COLUMN days JSON DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    op.drop_column("disruption", "days")
