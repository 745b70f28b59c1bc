"""From which revision of its source the translation that readers see was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_translations_shown"
down_revision = "2026_11_26_recapped"
branch_labels = None
depends_on = None

VERSIONS = sa.table(
    "recapversion", sa.column("published"), sa.column("source_number"), sa.column("published_source_number")
)


def upgrade() -> None:
    op.add_column(
        "recapversion", sa.Column("published_source_number", sa.Integer(), server_default="0", nullable=False)
    )
    shown = VERSIONS.update().where(VERSIONS.c.published.is_not(None))
    op.execute(shown.values(published_source_number=VERSIONS.c.source_number))


def downgrade() -> None:
    op.drop_column("recapversion", "published_source_number")
