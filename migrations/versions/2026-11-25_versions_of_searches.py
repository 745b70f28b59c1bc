"""Searches know which version of their request they are for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_searches"
down_revision = "2026_11_25_readers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matchsearch", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    # The latest search of a request is for what it asks now.
    op.execute(
        "UPDATE matchsearch SET version = (SELECT version FROM sessionrequest WHERE id = matchsearch.request_id)"
        " WHERE id IN (SELECT max(id) FROM matchsearch GROUP BY request_id)"
    )


def downgrade() -> None:
    op.drop_column("matchsearch", "version")
