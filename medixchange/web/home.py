"""The first page: what this is, and the doors into it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.web.access import Public, policy
from medixchange.web.page import render

router = APIRouter()


@router.get("/", dependencies=[policy(Public)])
def first(request: Request) -> Response:
    """What this is in three sentences, and two doors."""
    return render(request, "home.html")
