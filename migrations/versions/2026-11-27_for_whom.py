"""For which of the hospitals of a session a question was asked and a file added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_for_whom"
down_revision = "2026_11_27_hospitals_of_recaps"
branch_labels = None
depends_on = None
WRITERS = {"sessionquestion": "person_id", "sessionfile": "uploaded_by"}
"""The tables, and who brought each row."""
PLACES = sa.table("attendance", sa.column("session_id"), sa.column("person_id"), sa.column("joined_id"))


def upgrade() -> None:
    for table, writer in WRITERS.items():
        joined = sa.ForeignKey("sessionrequest.id", name=op.f(f"fk_{table}_joined_id_sessionrequest"))
        op.add_column(table, sa.Column("joined_id", sa.Integer(), joined, nullable=True), inline_references=True)
        rows = sa.table(table, sa.column("session_id"), sa.column(writer), sa.column("joined_id"))
        place = (PLACES.c.session_id == rows.c.session_id, PLACES.c.person_id == rows.c[writer])
        op.execute(rows.update().values(joined_id=sa.select(PLACES.c.joined_id).where(*place).scalar_subquery()))


def downgrade() -> None:
    for table in WRITERS:
        op.drop_column(table, "joined_id")
