"""House rules by version, plans made by them, and the language of a relay beside each match and session."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_house_rules"
down_revision = "2026_11_26_plans"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
WITH_RELAY = ("proposedmatch", "sharingsession")
REFERENCES = {"policy_id": "matchingpolicy", "beside_id": "matchplan"}


def _text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "matchingpolicy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("source", _text(200), nullable=False),
        sa.Column("note", _text(500), nullable=False),
        sa.Column("note_language", _text(35), nullable=False),
        sa.Column("again_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", _text(60), nullable=False),
        sa.Column("used_from", MOMENT, nullable=True),
        sa.Column("used_by", _text(60), nullable=False),
        sa.ForeignKeyConstraint(
            ["again_id"], ["matchingpolicy.id"], name=op.f("fk_matchingpolicy_again_id_matchingpolicy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matchingpolicy")),
    )
    op.create_index(op.f("ix_matchingpolicy_used_from"), "matchingpolicy", ["used_from"], unique=False)
    # Column by column: a table that others refer to cannot be made anew on SQLite.
    for name, other in REFERENCES.items():
        reference = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_matchplan_{name}_{other}"))
        op.add_column("matchplan", sa.Column(name, sa.Integer(), reference, nullable=True), inline_references=True)
        op.create_index(op.f(f"ix_matchplan_{name}"), "matchplan", [name], unique=False)
    op.add_column("matchplan", sa.Column("figures", sa.JSON(), server_default="{}", nullable=False))
    # Until now there was one language between two others.
    for name in WITH_RELAY:
        op.add_column(name, sa.Column("relay", _text(35), server_default="", nullable=False))
        rows = sa.table(name, sa.column("mode"), sa.column("relay"))
        op.execute(rows.update().where(rows.c.mode == "relay").values(relay="en"))


PLANS = sa.table("matchplan", sa.column("id"), sa.column("policy_id"))
HELD = sa.table("plannedmatch", sa.column("plan_id"))


def downgrade() -> None:
    # Plans that only tried rules would count as plans by those in use.
    tried = sa.select(PLANS.c.id).where(PLANS.c.policy_id.is_not(None))
    op.execute(HELD.delete().where(HELD.c.plan_id.in_(tried)))
    op.execute(PLANS.delete().where(PLANS.c.policy_id.is_not(None)))
    for name in WITH_RELAY:
        op.drop_column(name, "relay")
    op.drop_column("matchplan", "figures")
    for name in REFERENCES:
        op.drop_index(op.f(f"ix_matchplan_{name}"), table_name="matchplan")
        op.drop_column("matchplan", name)
    op.drop_table("matchingpolicy")
