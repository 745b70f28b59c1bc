"""Files as they are handed out: saved by the browser, never shown or run by it."""

from __future__ import annotations

from urllib.parse import quote

from sqlmodel import Session
from starlette.responses import Response

from medixchange.sessions.file_kinds import media_type
from medixchange.sessions.files import content_of
from medixchange.sessions.models import SessionFile

SANDBOX = "sandbox; default-src 'none'"


def served(db: Session, file: SessionFile) -> Response:
    """``file`` to be saved under its name (RFC 6266, 4.3)."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "private, no-cache",
    }
    return Response(content_of(db, file), media_type=media_type(file.name), headers=headers)
