"""Signing in by a link in a letter: good once, for a quarter of an hour, and for one person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select, update

from medixchange.accounts.models import Login, SignInLink
from medixchange.errors import NotFound
from medixchange.journal.record import PROGRAM, record
from medixchange.messages import say
from medixchange.outbox.letters import SIGN_IN, Letter
from medixchange.outbox.post import post
from medixchange.people.models import Person
from medixchange.people.queries import person_by_email
from medixchange.tokens import digest, secret, seed

LINK_LASTS = timedelta(minutes=15)
LOGIN_LASTS = timedelta(days=14)


def ask_link(db: Session, email: str, *, now: datetime, browser: str) -> None:
    """Post a sign-in letter to the person with this address; nothing happens where there is none.

    ``browser`` is a random mark of the browser that asks: the link's page warns where another one opens it.
    """
    person = person_by_email(db, email)
    if person is None:
        return
    link = new_link(db, person, now=now, browser=browser)
    letter = Letter(
        kind=SIGN_IN,
        language=person.language,
        zone=person.zone,
        to_name=person.name,
        to_email=person.email,
        context={"minutes": int(LINK_LASTS.total_seconds() // 60)},
        links={"signin": ("signin", link.seed)},
        calendar=None,
    )
    post(db, letter, key=f"signin-{link.seed}", subject=f"person:{person.id}", reader_id=person.id, now=now)


def new_link(db: Session, person: Person, *, now: datetime, browser: str = "") -> SignInLink:
    """A link for ``person`` without a letter, for ``ask_link`` and for the operator's shell."""
    mark = digest(browser) if browser else ""
    link = SignInLink(person_id=person.id, seed=seed(), browser=mark, created_at=now, expires_at=now + LINK_LASTS)
    db.add(link)
    db.flush()
    record(db, actor=PROGRAM, verb="ask link", subject=f"person:{person.id}", now=now)
    return link


def usable_link(db: Session, link_seed: str, *, now: datetime) -> SignInLink:
    """The link with this seed. Raises NotFound where it is unknown, used or too old: all look alike."""
    link = db.exec(
        select(SignInLink).where(
            SignInLink.seed == link_seed, SignInLink.expires_at > now, col(SignInLink.used_at).is_(None)
        )
    ).one_or_none()
    if link is None:
        raise _spent()
    return link


def is_from_elsewhere(link: SignInLink, browser: str) -> bool:
    """Whether another browser asked for this link; a link from the operator's shell fits every browser."""
    return bool(link.browser) and link.browser != digest(browser)


def open_login(db: Session, link_seed: str, *, now: datetime, browser: str) -> tuple[Login, str]:
    """Use the link up and sign its person in: the login, and the token whose hash it keeps.

    Raises NotFound where the link cannot be used. Another browser than the one that asked is only noted.
    """
    link = usable_link(db, link_seed, now=now)
    unused = (col(SignInLink.id) == link.id, col(SignInLink.used_at).is_(None))
    claimed = update(SignInLink).where(*unused).values(used_at=now).returning(col(SignInLink.id))
    if db.exec(claimed).one_or_none() is None:
        raise _spent()  # somebody pressed the button twice at once
    token = secret()
    login = Login(token_hash=digest(token), person_id=link.person_id, created_at=now, expires_at=now + LOGIN_LASTS)
    db.add(login)
    db.flush()
    elsewhere = {"elsewhere": is_from_elsewhere(link, browser)}
    person = f"person:{link.person_id}"
    record(db, actor=person, verb="sign in", subject=person, now=now, after=elsewhere)
    return login, token


def close_login(db: Session, token: str, *, now: datetime) -> None:
    """Sign out in the browser that holds ``token``; an unknown one changes nothing."""
    login = db.exec(select(Login).where(Login.token_hash == digest(token))).one_or_none()
    if login is None or login.revoked_at is not None:
        return
    login.revoked_at = now
    db.add(login)
    person = f"person:{login.person_id}"
    record(db, actor=person, verb="sign out", subject=person, now=now)


def sweep(db: Session, *, now: datetime) -> None:
    """Throw away the links and logins that open nothing any more; the journal keeps who signed in when."""
    db.exec(delete(SignInLink).where(or_(col(SignInLink.used_at).is_not(None), col(SignInLink.expires_at) <= now)))
    db.exec(delete(Login).where(or_(col(Login.revoked_at).is_not(None), col(Login.expires_at) <= now)))


def _spent() -> NotFound:
    return NotFound(say("This sign-in link has been used or is too old. Ask for a new one."))
