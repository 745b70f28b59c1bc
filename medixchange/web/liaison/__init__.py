"""Pages for hospitals: asking for a session in five short steps, confirming an address, seeing how a request stands."""

from __future__ import annotations

from fastapi import APIRouter

from medixchange.web.liaison import asking, confirming, status

router = APIRouter()
for part in (asking, confirming, status):
    router.include_router(part.router)
