"""Plans for all requests that wait."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_plans"
down_revision = "2026_11_26_translations_shown"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def _text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "matchplan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", _text(60), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("stop_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", _text(500), nullable=False),
        sa.Column("inputs_hash", _text(64), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=True),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=True),
        sa.Column("method", _text(20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matchplan")),
    )
    op.create_index(op.f("ix_matchplan_state"), "matchplan", ["state"], unique=False)
    op.create_table(
        "plannedmatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("match", sa.JSON(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", _text(60), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["before_id"], ["proposedmatch.id"], name=op.f("fk_plannedmatch_before_id_proposedmatch")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["matchplan.id"], name=op.f("fk_plannedmatch_plan_id_matchplan")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_plannedmatch_request_id_sessionrequest")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_plannedmatch_session_id_sharingsession")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plannedmatch")),
        sa.UniqueConstraint("plan_id", "request_id", name=op.f("uq_plannedmatch_plan_id_request_id")),
    )
    op.create_index(op.f("ix_plannedmatch_plan_id"), "plannedmatch", ["plan_id"], unique=False)
    op.create_index(op.f("ix_plannedmatch_request_id"), "plannedmatch", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("plannedmatch")
    op.drop_table("matchplan")
