"""Lists of those who read recaps, and who was mailed which revision."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_25_lists"
down_revision = "2026_11_25_recaps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readerlist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readerlist")),
        sa.UniqueConstraint("name", name=op.f("uq_readerlist_name")),
    )
    op.create_table(
        "listmember",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("left_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["readerlist.id"], name=op.f("fk_listmember_list_id_readerlist")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_listmember_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listmember")),
        sa.UniqueConstraint("list_id", "person_id", name=op.f("uq_listmember_list_id_person_id")),
        sa.UniqueConstraint("seed", name=op.f("uq_listmember_seed")),
    )
    op.create_index(op.f("ix_listmember_person_id"), "listmember", ["person_id"], unique=False)
    op.create_table(
        "recapreceipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_recapreceipt_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["member_id"], ["listmember.id"], name=op.f("fk_recapreceipt_member_id_listmember")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recapreceipt_person_id_person")),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recapreceipt_recap_id_recap")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["recapversion.id"], name=op.f("fk_recapreceipt_version_id_recapversion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recapreceipt")),
        sa.UniqueConstraint("recap_id", "person_id", name=op.f("uq_recapreceipt_recap_id_person_id")),
        sa.UniqueConstraint("seed", name=op.f("uq_recapreceipt_seed")),
    )
    op.create_index(op.f("ix_recapreceipt_person_id"), "recapreceipt", ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("recapreceipt", "listmember", "readerlist"):
        op.drop_table(table)
