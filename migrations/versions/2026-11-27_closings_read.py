"""What a search has read of closed days: how often days were closed, and how often opened again."""

from __future__ import annotations

from alembic import op

revision = "2026_11_27_closings_read"
down_revision = "2026_11_27_turns"
branch_labels = None
depends_on = None

COLUMNS = ("closings_read", "openings_read")


def upgrade() -> None:
    # Nobody knows what earlier searches have read: those that closed days may concern run once more.
    for name in COLUMNS:
        op.execute(f"ALTER TABLE matchsearch ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("matchsearch", name)
