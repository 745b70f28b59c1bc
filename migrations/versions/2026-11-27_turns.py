"""How long a turn of an interpreter is in a session."""

from __future__ import annotations

from alembic import op

revision = "2026_11_27_turns"
down_revision = "2026_11_27_closed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In these words both databases add it in place: SQLite would have to copy the table otherwise.
    op.execute("ALTER TABLE sharingsession ADD COLUMN turn_minutes INTEGER DEFAULT 30 NOT NULL")


def downgrade() -> None:
    op.drop_column("sharingsession", "turn_minutes")
