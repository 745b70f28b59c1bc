"""Which revision of a recap a reader had before the letter that was posted last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_what_readers_had"
down_revision = "2026_11_25_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recapreceipt", sa.Column("had", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("recapreceipt", "had")
