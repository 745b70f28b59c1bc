"""Why a session ended knows the language in which it was written."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_reasons"
down_revision = "2026_11_26_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString(length=35)
    op.add_column("sharingsession", sa.Column("reason_language", text, server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("sharingsession", "reason_language")
