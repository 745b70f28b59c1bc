"""Which requests of a plan somebody looks at: of one change, or of which one thing became, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from medixchange.plans.lifecycle import PlannedState
from medixchange.plans.models import Change
from medixchange.web.numbers import number_in

MOST_ROWS = 20


@dataclass(frozen=True)
class View:
    """What an address chooses of a plan; without ``change`` and ``state`` everything."""

    change: Change | None = None
    state: PlannedState | None = None
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> View:
        """The view that an address names; what is no word of ours is passed over."""
        change, state = given.get("change", ""), given.get("state", "")
        return cls(
            Change(change) if change in set(Change) else None,
            PlannedState(state) if state in set(PlannedState) else None,
            number_in(given.get("page", "")) or 1,
        )

    def within(self, total: int) -> tuple[View, int]:
        """The view with a page that is there, where ``total`` requests fit it, and how many pages there are."""
        pages = max(1, -(-total // MOST_ROWS))
        return replace(self, page=min(self.page, pages)), pages

    @property
    def skip(self) -> int:
        """How many requests stand on the pages before."""
        return (self.page - 1) * MOST_ROWS

    def query(self, **more: object) -> str:
        """What follows the question mark in the address of the view, after ``more``."""
        mine = {**more, "change": self.change, "state": self.state, "page": self.page if self.page > 1 else None}
        return urlencode({name: value for name, value in mine.items() if value})

    def on(self, page: int) -> str:
        """The same for another page."""
        return replace(self, page=page).query()
