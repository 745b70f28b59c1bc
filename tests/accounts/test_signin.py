"""Signing in by a link, on real databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.accounts.access import actor_of
from medixchange.accounts.models import Login, SignInLink
from medixchange.accounts.signin import (
    LINK_LASTS,
    LOGIN_LASTS,
    ask_link,
    close_login,
    is_from_elsewhere,
    new_link,
    open_login,
    usable_link,
)
from medixchange.db import Database
from medixchange.errors import NotFound
from medixchange.outbox.models import Delivery
from tests import make

NOW = make.NOW
ALMOST = timedelta(seconds=1)


def test_asking_posts_one_letter_whose_row_holds_no_usable_link(db: Session) -> None:
    ada = make.organizer(db)

    ask_link(db, ada.email, now=NOW, browser="this one")

    link = db.exec(select(SignInLink)).one()
    letter = db.exec(select(Delivery)).one()
    assert (letter.kind, letter.recipient, letter.key) == ("signin", ada.email, f"signin-{link.seed}")
    assert letter.payload["links"] == {"signin": ["signin", link.seed]}


def test_asking_for_an_unknown_address_writes_nothing(db: Session) -> None:
    ask_link(db, "nobody@example.org", now=NOW, browser="this one")

    assert db.exec(select(SignInLink)).all() == []
    assert db.exec(select(Delivery)).all() == []


def test_a_link_signs_in_once(db: Session) -> None:
    link = new_link(db, make.organizer(db), now=NOW)

    _, token = open_login(db, link.seed, now=NOW, browser="")

    assert actor_of(db, token, now=NOW) is not None
    with pytest.raises(NotFound):
        open_login(db, link.seed, now=NOW, browser="")


def test_a_link_lasts_a_quarter_of_an_hour(db: Session) -> None:
    link = new_link(db, make.organizer(db), now=NOW)

    assert usable_link(db, link.seed, now=NOW + LINK_LASTS - ALMOST).id == link.id
    with pytest.raises(NotFound):
        usable_link(db, link.seed, now=NOW + LINK_LASTS)


def test_ten_at_once_sign_in_one(database: Database) -> None:
    with database.write() as db:
        seed = new_link(db, make.organizer(db), now=NOW).seed

    def try_it(_number: int) -> bool:
        try:
            with database.write() as db:
                open_login(db, seed, now=NOW, browser="")
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        won = list(pool.map(try_it, range(10)))

    with database.read() as db:
        assert (sum(won), len(db.exec(select(Login)).all())) == (1, 1)


def test_only_the_hash_of_a_login_is_kept(db: Session) -> None:
    link = new_link(db, make.organizer(db), now=NOW)

    login, token = open_login(db, link.seed, now=NOW, browser="")

    assert token not in login.model_dump_json()
    assert actor_of(db, login.token_hash, now=NOW) is None


def test_a_login_ends_by_time_and_by_signing_out(db: Session) -> None:
    ada = make.organizer(db)
    _, early = open_login(db, new_link(db, ada, now=NOW).seed, now=NOW, browser="")
    _, other = open_login(db, new_link(db, ada, now=NOW).seed, now=NOW, browser="")

    close_login(db, early, now=NOW)

    assert actor_of(db, early, now=NOW) is None
    assert actor_of(db, other, now=NOW + LOGIN_LASTS - ALMOST) is not None
    assert actor_of(db, other, now=NOW + LOGIN_LASTS) is None


def test_another_browser_is_noticed_and_the_shells_link_fits_every_browser(db: Session) -> None:
    ada = make.organizer(db)
    asked = new_link(db, ada, now=NOW, browser="this one")
    given = new_link(db, ada, now=NOW)

    assert not is_from_elsewhere(asked, "this one")
    assert is_from_elsewhere(asked, "another")
    assert is_from_elsewhere(asked, "")
    assert not is_from_elsewhere(given, "another")
