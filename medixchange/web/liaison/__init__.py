"""Pages for hospitals: asking for a session in five short steps, confirming an address, seeing how a request stands."""

from __future__ import annotations

from fastapi import APIRouter

from medixchange.web.liaison import asking, beginning, confirming, resuming, status, withdrawing

router = APIRouter()
# The more exact an address, the earlier.
for part in (beginning, resuming, asking, confirming, status, withdrawing):
    router.routes += part.router.routes
