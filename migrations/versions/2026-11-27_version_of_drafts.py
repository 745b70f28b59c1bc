"""Of which version of a request the answers of a draft are that changes it, so that what was begun is gone on with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_version_of_drafts"
down_revision = "2026_11_27_homes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requestdraft", sa.Column("version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("requestdraft", "version")
