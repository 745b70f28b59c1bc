"""Pages for hospitals: asking for a session in five short steps, confirming an address, seeing how a request stands."""

from __future__ import annotations

from fastapi import APIRouter

from medixchange.web.liaison import asking, confirming, resuming, status, withdrawing

router = APIRouter()
# Coming back first: its addresses are more exact than that of a step.
for part in (resuming, asking, confirming, status, withdrawing):
    router.include_router(part.router)
