"""What a page did while it was loaded, and what axe finds in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Request

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
WIDER = """() => {
    const {scrollWidth, clientWidth} = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const beyond = box => box.right > clientWidth + 0.5 || box.left < -0.5;
    const wide = [...document.body.querySelectorAll("*")].filter(each => beyond(each.getBoundingClientRect()));
    const told = each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 60)}`;
    return [`${scrollWidth} px in a window of ${clientWidth}`, ...wide.map(told)];
}"""
Look = tuple[int, Literal["light", "dark"]]
EACH_ONCE: tuple[Look, ...] = ((390, "light"), (1280, "dark"))
"""Every width and every scheme once."""
EVERY_LOOK: tuple[Look, ...] = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))


@dataclass
class Watch:
    """Notes what ``page`` asks for and complains about, from now on."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def forget(self) -> None:
        """Begin anew."""
        self.requests.clear()
        self.complaints.clear()

    def weight(self) -> int:
        """The bytes that came over the wire, headers and all."""
        sizes = [request.sizes() for request in self.requests]
        return sum(each["responseHeadersSize"] + each["responseBodySize"] for each in sizes)

    def elsewhere(self, address: str) -> list[str]:
        """What was asked of another host than ``address``."""
        return [request.url for request in self.requests if not request.url.startswith(f"{address}/")]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


def violations(page: Page) -> list[str]:
    """What axe finds in the page as it is now, each with the elements in question."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return [_told(found) for found in page.evaluate(RUN_AXE)]


def faults(page: Page, looks: Sequence[Look]) -> list[str]:
    """What axe finds in each look, and what does not fit into the window."""
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found += sideways(page)
        found += [f"{width} px, {scheme}: {each}" for each in violations(page)]
    return found


def sideways(page: Page) -> list[str]:
    """What stands out of the window, when the page is wider than that."""
    return list(page.evaluate(WIDER))


def _told(found: dict[str, Any]) -> str:
    targets = ", ".join(f"{node['target'][-1]} ({node['failureSummary']})" for node in found["nodes"][:5])
    return f"{found['id']}: {found['help']}: {targets}"
