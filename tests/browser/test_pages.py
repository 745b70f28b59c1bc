"""Every page, in a real Chromium: no barrier, no script needed, light, at home, and nothing runs out of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from medixchange.app import build
from medixchange.db import Database
from medixchange.demo import clock as demo_clock
from medixchange.demo import mailbox
from medixchange.demo.letterbox import LetterBox
from medixchange.i18n import LANGUAGES
from medixchange.settings import Settings
from tests.browser.conftest import Opens
from tests.browser.person import Person
from tests.browser.places import AFTERWARDS, EMPTY_FORMS, NOT_PAGES, PLACES, Place
from tests.browser.stage import IN_ENGLISH, RECAPPED, Stage
from tests.browser.standing import STANDINGS, standing
from tests.browser.watch import EACH_ONCE, EVERY_LOOK, Watch, faults, sideways, violations
from tests.browser.windows import Kind

HEAVIEST = 60 * 1024
NOT_FOUND = "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
NARROWEST = 320  # WCAG 1.4.10
UNSCRIPTED = """() => [...document.querySelectorAll('form')].flatMap(form => [
    ...(form.querySelector('button:not([type=button])') ? [] : ['a form without a button: ' + form.outerHTML]),
    ...(['get', 'post'].includes(form.getAttribute('method')) ? [] : ['a form without a method: ' + form.outerHTML]),
]).concat([...document.querySelectorAll('a:not([href]), a[href="#"], [onclick], button[type=button]:not([hidden])')]
    .map(part => 'nothing happens here without a script: ' + part.outerHTML))"""
WITHOUT_GAINS = """() => {
    const gains = [...document.querySelectorAll('.device, [data-copy]')];
    gains.forEach(part => { part.style.display = 'none'; });
    const words = document.querySelector('main').innerText;
    gains.forEach(part => { part.style.display = ''; });
    return words;
}"""

WHAT_IS_KEPT = "[localStorage.a ?? null, sessionStorage.b ?? null, document.cookie]"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

pytestmark = pytest.mark.browser

Visits = Callable[..., tuple[Page, Watch]]


def named(place: Place) -> str:
    return place.name.replace(" ", "-")


every_place = pytest.mark.parametrize("place", PLACES, ids=named)


@pytest.fixture
def app(open_database: Callable[[str], Database], sqlite_url: str, tmp_path: Path) -> FastAPI:
    made = build(Settings(), open_database(sqlite_url))
    mailbox.add_to(made, LetterBox(tmp_path / "mail"))
    demo_clock.add_to(made)
    return made


class FirstVisit(NamedTuple):
    """A page that somebody opens for the first time: what it did meanwhile, and its words apart from what only a script
    can do."""

    place: Place
    page: Page
    watch: Watch
    words: str


@pytest.fixture
def visit(stage: Stage) -> Iterator[Visits]:
    """Goes to a place as somebody who may see it: ``visit(place, Kind("ar"), width=390)``."""
    with ExitStack() as stack:
        yield partial(arrive, stage, stack)


@pytest.fixture(scope="module", params=PLACES, ids=named)
def first_visit(request: pytest.FixtureRequest, stage: Stage) -> Iterator[FirstVisit]:
    """A first visit of each place, which the tests of this module share."""
    with ExitStack() as stack:
        page, watch = arrive(stage, stack, request.param)
        yield FirstVisit(request.param, page, watch, page.evaluate(WITHOUT_GAINS))


def arrive(
    stage: Stage, stack: ExitStack, place: Place, kind: Kind = IN_ENGLISH, *, width: int = 1280
) -> tuple[Page, Watch]:
    address = urljoin(stage.house.address, place.way(stage))
    window = stack.enter_context(stage.window(place.role, kind, width=width))
    answer = window.page.goto(address)
    assert answer is not None
    assert (answer.status, window.page.url) == (place.status, address)
    return window.page, window


def test_what_is_wrong_with_a_page_is_found(opens: Opens) -> None:
    page = opens(width=390)
    page.set_content("<html><main><h1>No language</h1><div style='width:400px'><input></div></main></html>")

    assert [found.partition(":")[0] for found in violations(page)] == ["document-title", "html-has-lang", "label"]
    assert sideways(page)[1:] == ["div.: "]


def test_a_window_is_as_new_for_each_visitor(stage: Stage) -> None:
    for _ in range(2):
        with stage.window("") as window:
            window.page.goto("/")
            assert window.page.evaluate(WHAT_IS_KEPT) == [None, None, "medixchange-language=en"]
            assert [each.url for each in window.requests].count(window.page.url) == 1
            assert window.weight() > HEAVIEST / 10
            assert (window.page.viewport_size, window.page.evaluate(IS_DARK)) == ({"width": 1280, "height": 900}, False)
            window.page.evaluate("localStorage.a = sessionStorage.b = 1; document.cookie = 'c=1'")
            window.page.emulate_media(color_scheme="dark")
            window.page.set_viewport_size({"width": 390, "height": 900})


def test_every_page_of_the_program_is_visited_here(app: FastAPI) -> None:
    routes = {getattr(route, "path", "") for route in app.routes if "GET" in methods_of(route)}

    assert routes == {place.route for place in PLACES if place.route} | NOT_PAGES.keys()


def methods_of(route: object) -> set[str]:
    return set(getattr(route, "methods", None) or ())


def test_a_first_visit_is_light_and_stays_at_home(first_visit: FirstVisit) -> None:
    place, page, watch, _ = first_visit

    assert watch.elsewhere(urljoin(page.url, "/").rstrip("/")) == []
    assert watch.complaints == [NOT_FOUND] * (place.status == 404)
    assert watch.weight() <= HEAVIEST


def test_a_page_says_the_same_and_does_the_same_without_a_script(first_visit: FirstVisit, visit: Visits) -> None:
    plain, _ = visit(first_visit.place, Kind(script=False))

    assert plain.evaluate(UNSCRIPTED) == []
    assert plain.inner_text("main") == first_visit.words


def test_a_page_has_no_barrier_at_either_width_nor_in_light_or_dark(first_visit: FirstVisit) -> None:
    assert faults(first_visit.page, EACH_ONCE) == []


@every_place
def test_a_page_runs_from_right_to_left_in_arabic_and_fits_into_a_narrow_window(visit: Visits, place: Place) -> None:
    page, _ = visit(place, Kind("ar"), width=390)

    assert (page.get_attribute("html", "dir"), sideways(page)) == ("rtl", [])


@pytest.mark.parametrize(("place", "button"), EMPTY_FORMS, ids=lambda given: getattr(given, "name", ""))
def test_a_form_that_comes_back_with_its_faults_has_no_barrier(visit: Visits, place: Place, button: str) -> None:
    page, _ = visit(place)

    Person(page).press(button)

    expect(page.locator("#errors")).to_be_focused()
    assert page.title().startswith("Error: ")
    assert faults(page, EACH_ONCE) == []


@pytest.mark.parametrize("name", STANDINGS)
def test_an_invitation_is_light_and_has_no_barrier_however_its_session_stands(
    stage: Stage, visit: Visits, name: str
) -> None:
    assert stage.recap
    with standing(stage.house.database, RECAPPED.topic, name):
        page, watch = visit(AFTERWARDS)
        plain, _ = visit(AFTERWARDS, Kind(script=False))

    assert (watch.complaints, watch.weight() <= HEAVIEST) == ([], True)
    assert (plain.evaluate(UNSCRIPTED), plain.inner_text("main")) == ([], page.evaluate(WITHOUT_GAINS))
    assert faults(page, EACH_ONCE) == []


@pytest.mark.sweep
@every_place
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_no_barrier_and_fits_in_any_language(visit: Visits, place: Place, language: str) -> None:
    page, _ = visit(place, Kind(language))

    assert faults(page, EVERY_LOOK) == []
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    assert sideways(page) == []
