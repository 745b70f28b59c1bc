"""Recaps of sessions, their languages, their revisions, and the PDF of what is published."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_recaps"
down_revision = "2026_11_25_first_run"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("original", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("public", "invited", name="visibility", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("published_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sharingsession.id"], name=op.f("fk_recap_session_id_sharingsession")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap")),
        sa.UniqueConstraint("session_id", name=op.f("uq_recap_session_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_recap_slug")),
    )
    op.create_table(
        "recapversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column(
            "state", sa.Enum("draft", "checked", name="versionstate", native_enum=False, length=20), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("source_number", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("checked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("published", sa.Integer(), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_checked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_recapversion_checked_by_person")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_recapversion_published_by_person")),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recapversion_recap_id_recap")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recapversion")),
        sa.UniqueConstraint("recap_id", "language", name=op.f("uq_recapversion_recap_id_language")),
    )
    op.create_table(
        "recaprevision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=60000), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_recaprevision_author_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["recapversion.id"], name=op.f("fk_recaprevision_version_id_recapversion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recaprevision")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_recaprevision_version_id_number")),
    )
    op.create_table(
        "recappdf",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["recaprevision.id"], name=op.f("fk_recappdf_revision_id_recaprevision")
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_recappdf")),
    )


def downgrade() -> None:
    for table in ("recappdf", "recaprevision", "recapversion", "recap"):
        op.drop_table(table)
