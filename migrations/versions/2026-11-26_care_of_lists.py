"""Lists of readers can be deleted, and readers taken off them by the desk."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_lists"
down_revision = "2026_11_26_reasons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readerlist", sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    # In these words both databases add it in place: SQLite would have to copy the table otherwise.
    op.execute("ALTER TABLE listmember ADD COLUMN by_desk BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.drop_column("listmember", "by_desk")
    op.drop_column("readerlist", "deleted_at")
