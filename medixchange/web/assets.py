"""Style, script and pictures: read once, served from memory under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.web.access import Public, bare

PREFIX = "/static/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"


@dataclass(frozen=True)
class Asset:
    """One file, plain and compressed."""

    body: bytes
    packed: bytes
    kind: str
    version: str


class Assets:
    """The files of one folder."""

    def __init__(self, folder: Path | None = None) -> None:
        found = folder or Path(str(resources.files("medixchange") / "web" / "static"))
        self._files = {path.name: _read(path) for path in sorted(found.iterdir()) if path.is_file()}

    def url(self, name: str) -> str:
        """The address of the file as it is now. Raises KeyError for a file that is not there."""
        return f"{PREFIX}{name}?v={self._files[name].version}"

    def route(self) -> Route:
        """The route that serves the files."""
        return Route(PREFIX + "{name}", self._serve, methods=["GET"])

    @bare(Public)
    async def _serve(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise NotFound(say("There is no such file."))
        etag = f'"{file.version}"'
        headers = {"ETag": etag, "Vary": "Accept-Encoding"}
        headers["Cache-Control"] = FOR_EVER if request.query_params.get("v") == file.version else ASK_AGAIN
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.kind)
        return Response(file.body, headers=headers, media_type=file.kind)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    kind = guess_type(path.name)[0] or "application/octet-stream"
    version = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, gzip.compress(body, 9, mtime=0), kind, version)
