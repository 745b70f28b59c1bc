"""A request is done once the recap of its session is published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_recapped"
down_revision = "2026_11_26_lists"
branch_labels = None
depends_on = None

REQUESTS = sa.table("sessionrequest", sa.column("id"), sa.column("state"))
SESSIONS = sa.table("sharingsession", sa.column("request_id"), sa.column("state"))


def upgrade() -> None:
    _move("approved", "done")


def downgrade() -> None:
    _move("done", "approved")


def _move(before: str, after: str) -> None:
    recapped = sa.select(SESSIONS.c.request_id).where(SESSIONS.c.state == "recapped")
    which = (REQUESTS.c.state == before) & REQUESTS.c.id.in_(recapped)
    op.execute(REQUESTS.update().where(which).values(state=after))
