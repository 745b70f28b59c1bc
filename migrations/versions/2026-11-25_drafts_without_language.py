"""Drafts keep no language: letters are in the language in which a request is sent."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25"
down_revision = "2026_11_23"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("requestdraft", "language")


def downgrade() -> None:
    language = sqlmodel.sql.sqltypes.AutoString(length=35)
    op.add_column("requestdraft", sa.Column("language", language, nullable=False, server_default="en"))
