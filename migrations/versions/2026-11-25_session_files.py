"""Files beside sessions."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_session_files"
down_revision = "2026_11_25_library"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessionfile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("with_recap", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_sessionfile_session_id_sharingsession")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_sessionfile_uploaded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessionfile")),
    )
    op.create_index(op.f("ix_sessionfile_session_id"), "sessionfile", ["session_id"], unique=False)
    op.create_table(
        "sessionfilecontent",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["sessionfile.id"], name=op.f("fk_sessionfilecontent_file_id_sessionfile")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_sessionfilecontent")),
    )


def downgrade() -> None:
    op.drop_table("sessionfilecontent")
    op.drop_index(op.f("ix_sessionfile_session_id"), table_name="sessionfile")
    op.drop_table("sessionfile")
