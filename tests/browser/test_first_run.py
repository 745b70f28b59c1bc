"""The first organizer sets an empty installation up by clicking, tries it with demo data, and clears it away."""

from __future__ import annotations

import pytest

from tests.browser import house as houses
from tests.browser.conftest import People, in_two_languages

pytestmark = pytest.mark.browser


@in_two_languages
def test_an_empty_installation_is_set_up_tried_and_cleared(
    people: People, tmp_path_factory: pytest.TempPathFactory, language: str
) -> None:
    organizer = people(language)
    with houses.untouched(tmp_path_factory.mktemp("empty")) as address:
        home = address.partition("/setup/")[0]
        organizer.open(address)
        organizer.fill(
            {
                "organization": "Ministry of Health",
                "name": "Grace Example",
                "email": "grace@health.example.org",
                "language": language,
                "place": "RW Africa/Kigali",
                "demo": "yes",
            }
        )
        organizer.press("Set it up")

        organizer.expect("Test letter", "Remove the demo data")
        assert "Ministry of Health" in organizer.page.inner_text("footer")
        organizer.page.goto(address)
        assert organizer.page.get_by_role("button", name=organizer.said("Set it up")).count() == 0
        organizer.open(f"{home}/desk")
        organizer.expect("Weaning from mechanical ventilation")
        organizer.open(f"{home}/desk/installation")
        organizer.follow("Remove the demo data")
        organizer.press("Remove the demo data")
        organizer.expect("Load the demo data")
        organizer.open(f"{home}/desk")
        assert "Weaning from mechanical ventilation" not in organizer.page.inner_text("main")
