"""The letters of a change as the desk previews them: each in its recipient's language, nobody's own link in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request

from medixchange.calendars.meeting import Party
from medixchange.i18n import direction
from medixchange.messages import Message
from medixchange.outbox.compose import Desk, Preview, preview
from medixchange.outbox.letters import Letter, Links
from medixchange.web.desk.said import kind_of


class _Hidden(Links):
    """Addresses whose secret part is left out: a preview opens nothing in somebody's name."""

    def url(self, purpose: str, seed: str) -> str:
        return super().url(purpose, seed).rpartition("/")[0] + "/…"


@dataclass(frozen=True)
class Shown:
    """A letter as its reader will see it, what it is, and which way it runs."""

    kind: Message
    letter: Preview
    direction: str
    method: str


def shown(request: Request, letters: Iterable[Letter]) -> list[Shown]:
    """The letters as a page shows them."""
    settings = request.app.state.settings
    desk = Desk(
        request.app.state.templates,
        _Hidden(settings.public_url, request.app.state.mint),
        Party(*settings.sender),
    )
    return [_shown(each, desk) for each in letters]


def _shown(letter: Letter, desk: Desk) -> Shown:
    seen = preview(letter, desk)
    method = letter.calendar.method if letter.calendar else ""
    return Shown(kind_of(letter), seen, direction(seen.language), method)
