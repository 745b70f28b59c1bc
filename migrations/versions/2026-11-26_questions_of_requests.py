"""What was asked with a request is among the questions of its session, where it can be marked as answered."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_26_questions"
down_revision = "2026_11_26_failures"
branch_labels = None
depends_on = None

MOST = 20
SHORT, LONG = (sqlmodel.sql.sqltypes.AutoString(length=length) for length in (1000, 4000))
COLUMNS = ("session_id", "person_id", "language", "text", "asked_at", "note", "with_request")
QUESTION = sa.table("sessionquestion", *map(sa.column, COLUMNS))
SESSION = sa.table("sharingsession", *map(sa.column, ("id", "request_id")))
REQUEST = sa.table(
    "sessionrequest", *map(sa.column, ("id", "liaison_id", "language", "questions", "submitted_at", "created_at"))
)


def upgrade() -> None:
    with op.batch_alter_table("sessionquestion") as table:
        table.alter_column("text", type_=LONG, existing_type=SHORT, existing_nullable=False)
        table.add_column(sa.Column("with_request", sa.Boolean(), server_default=sa.false(), nullable=False))
    asked_at = sa.func.coalesce(REQUEST.c.submitted_at, REQUEST.c.created_at).label("asked_at")
    columns = (SESSION.c.id, REQUEST.c.liaison_id, REQUEST.c.language, REQUEST.c.questions, asked_at)
    asked = sa.select(*columns).join(REQUEST, REQUEST.c.id == SESSION.c.request_id).order_by(SESSION.c.id)
    rows = [
        dict(zip(COLUMNS, (row.id, row.liaison_id, row.language, text, row.asked_at, "", True), strict=True))
        for row in op.get_bind().execute(asked.where(REQUEST.c.liaison_id.is_not(None)))
        for text in _each(row.questions)
    ]
    if rows:
        op.get_bind().execute(sa.insert(QUESTION), rows)


def downgrade() -> None:
    op.execute(sa.delete(QUESTION).where(QUESTION.c.with_request))
    with op.batch_alter_table("sessionquestion") as table:
        table.drop_column("with_request")
        table.alter_column("text", type_=SHORT, existing_type=LONG, existing_nullable=False)


def _each(questions: str) -> list[str]:
    lines = [line.strip() for line in questions.splitlines() if line.strip()]
    return lines if len(lines) <= MOST else [*lines[: MOST - 1], "\n".join(lines[MOST - 1 :])]
