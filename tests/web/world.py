"""Rows for every number and secret that an address may hold, and the routes that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route

from medixchange.accounts.signin import new_link
from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.intake import drafting
from medixchange.intake.models import RequestSeries
from medixchange.people.models import Person
from medixchange.policies.actions import write as write_rules
from medixchange.policies.values import HouseRules, Weights
from medixchange.recaps import lists
from medixchange.recaps.addressees import TypedReader
from medixchange.sessions import attending, files, roll
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.models import SessionQuestion
from medixchange.sessions.queries import by_id
from medixchange.settings import Settings
from medixchange.tokens import Mint, seed
from medixchange.web.access import ByLink, Policy, policies_of
from tests import make
from tests.plans.stage import plan_with
from tests.recaps.stage import published
from tests.sessions.stage import ACTOR, NOW, ZHANG, place_of, send, set_up

WRONG = "A" * 43


@dataclass(frozen=True)
class World:
    """Rows for every number and secret that an address may hold."""

    people: dict[str, Person]
    secrets: dict[str, str]


def peopled(database: Database, settings: Settings) -> World:
    """A session with its recap, a plan, a series, a draft, a link to sign in, a feed, and people of each kind."""
    mint = Mint(settings.secret_key.get_secret_value())
    with database.write() as db:
        stage = set_up(db)
        ada = make.organizer(db)
        recap = published(db, stage)
        slides = files.add(
            db, by_id(db, recap.session_id), "slides.pdf", b"%PDF-1.7", person_id=ada.id, actor=ACTOR, now=NOW
        )
        place = place_of(db, by_id(db, recap.session_id), ZHANG)
        db.add(
            SessionQuestion(
                session_id=recap.session_id,
                person_id=place.person_id,
                language="zh-Hans",
                text="谁看管导管？",
                asked_at=NOW,
            )
        )
        signed_in = AttendeeDraft(
            name="Grace", email="grace@example.org", institution="CHUK", role=AttendeeRole.NURSE, language="fr"
        )
        attending.attend(db, by_id(db, recap.session_id), signed_in, now=NOW)
        roll.write_note(db, by_id(db, recap.session_id), "A late start.", person_id=ada.id, actor=ACTOR, now=NOW)
        files.give(db, slides, with_recap=True, actor=ACTOR, now=NOW)
        strike = Closing(make.next_week(4), make.next_week(4), "Strike", country="FR")
        closing.close(db, strike, actor=ACTOR, now=NOW)
        readers = lists.create(db, "Ministry of Health", actor=ACTOR, now=NOW)
        those = [TypedReader(name, f"{name.lower()}@example.org", "ar") for name in ("Amina", "Bruno")]
        lists.add(db, readers, those, actor=ACTOR, now=NOW)
        send(db)
        plan_with(db, stage.wednesday)
        rules = HouseRules(weights=replace(Weights(), fair=9))
        write_rules(db, rules, source="Our ministry", actor=ACTOR, now=NOW)
        weekly = RequestSeries(hospital_id=stage.hospital.id, weeks=1, times=2)
        db.add(weekly)
        db.flush()
        facts: dict[str, Any] = {"languages": {"fr": 5}, "windows_only": False, "specialties": ["emergency"]}
        facts |= {"series_id": weekly.id, "series_place": 1}
        asked = make.request(db, stage.hospital, liaison=stage.liaison, **facts)
        seeds = {
            "answer": place.seed,
            "recap": place.seed,
            "unsubscribe": lists.members(db, [readers.id])[1][0].seed,
            "status": asked.status_seed,
            "confirm": asked.confirm_seed,
            "resume": drafting.open_for_change(db, asked, now=NOW).seed,
            "signin": new_link(db, stage.liaison, now=NOW).seed,
            "setup": seed(),
        }
        secrets = {purpose: mint.token(purpose, seed) for purpose, seed in seeds.items()}
        secrets["slug"] = recap.slug
        secrets["feed"] = feeds.issue(db, make.person(db).id, language="en", actor=ACTOR, now=NOW)
        people = {
            "liaison": stage.liaison,
            "expert": db.get_one(Person, stage.zhang.person_id),
            "interpreter": db.get_one(Person, stage.mei.person_id),
            "organizer": ada,
        }
    return World(people, secrets)


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, Policy]]:
    """Method, path and policy of each route; signing out comes last."""
    found = [route for route in app.router.routes if isinstance(route, Route)]
    for route in sorted(found, key=lambda each: each.path == "/signout"):
        for method in sorted(route.methods or ()):
            yield method, route.path, policies_of(route)[0]


def filled(path: str, policy: Policy, secrets: dict[str, str], *, wrong: bool) -> str:
    """The path with rows that are there and, for whom it is meant, with a secret that works."""
    purpose = policy.purpose if isinstance(policy, ByLink) else "feed"
    token = WRONG if wrong else secrets[purpose]
    named = (
        path.replace("{token}", token)
        .replace("{step}", "hospital")
        .replace("{kind}", "people")
        .replace("{name}", "tokens.css")
    )
    named = named.replace("{slug}", secrets["slug"]).replace("{language}", "en").replace("{page}", "sharing-session")
    return re.sub(r"\{\w+_id\}", "1", named)
