"""Letters say whether the mail server answered for them, or was not there."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_answered"
down_revision = "2026_11_25_searches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In these words both databases add it in place: SQLite would have to copy the table otherwise.
    op.execute("ALTER TABLE delivery ADD COLUMN answered BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.drop_column("delivery", "answered")
